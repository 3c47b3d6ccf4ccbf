import { S3Store, type PageRequest } from './s3Store';

function storeOf(...keys: string[]): S3Store {
  const store = new S3Store();
  keys.forEach((key) => store.put(key, Buffer.from(key)));
  return store;
}

/** All pages of a listing: keys, and folders as they are. */
function walk(store: S3Store, request: Omit<PageRequest, 'after'>, between = () => {}): string[][] {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = store.list({ ...request, after });
    pages.push([...page.objects.map(([key]) => key), ...page.folders]);
    after = page.next;
    between();
  } while (after !== undefined);
  return pages;
}

describe('the S3 double lists as S3 does', () => {
  it('in key order, page by page, below a prefix, without an empty page at the end', () => {
    const store = storeOf('b/3', 'b/1', 'a/9', 'b/2', 'b/4', 'c/1');
    expect(walk(store, { prefix: 'b/', maxKeys: 2 })).toEqual([
      ['b/1', 'b/2'],
      ['b/3', 'b/4'],
    ]);
    expect(walk(store, { prefix: 'nothing/', maxKeys: 2 })).toEqual([[]]);
  });

  it('what lies deeper once, as a folder that counts as one entry', () => {
    const store = storeOf('p/a/1', 'p/a/2', 'p/b', 'p/c/1', 'p/c/2/x', 'p/d');
    expect(walk(store, { prefix: 'p/', delimiter: '/', maxKeys: 2 })).toEqual([
      ['p/b', 'p/a/'],
      ['p/d', 'p/c/'],
    ]);
  });

  it('a key that is the prefix itself, once', () => {
    const store = storeOf('p/', 'p/1', 'p/2/3');
    expect(walk(store, { prefix: 'p/', delimiter: '/', maxKeys: 1 })).toEqual([['p/'], ['p/1'], ['p/2/']]);
  });

  it('goes on where it was when keys of the page before were deleted and new ones came', () => {
    const store = storeOf('1', '2', '3', '4');
    const deleteAndAdd = () => {
      store.delete('1');
      store.delete('2');
      store.put('25', Buffer.from('new'));
    };
    expect(walk(store, { prefix: '', maxKeys: 2 }, deleteAndAdd)).toEqual([['1', '2'], ['25', '3'], ['4']]);
  });

  it('lists keys that have no object', () => {
    const store = storeOf();
    store.pretend(['x', 'y'], 7, 'AccessDenied');
    const { objects } = store.list({ prefix: '', maxKeys: 10 });
    expect(objects.map(([key, { size, body, refusal }]) => [key, size, body, refusal])).toEqual([
      ['x', 7, undefined, 'AccessDenied'],
      ['y', 7, undefined, 'AccessDenied'],
    ]);
  });
});

it('says that objects were written when its clock says so', () => {
  const at = new Date('2026-03-02T12:00:00Z');
  const store = new S3Store(() => at);
  store.put('a', Buffer.from('x'));
  store.pretend(['b'], 7, 'NoSuchKey');

  expect(['a', 'b'].map((key) => store.get(key)!.modified)).toEqual([at, at]);
});
