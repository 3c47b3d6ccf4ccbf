import { overlapping, overlapWarning } from './overlap';

const HERE = { id: 'here', bucket: 'flow-logs', prefix: 'prod/' };

describe('overlapping', () => {
  it.each([
    ['the same place', HERE.prefix],
    ['a folder in it', 'prod/eu/'],
    ['a folder around it', ''],
  ])('finds a source of %s', (_where, prefix) => {
    const other = { ...HERE, id: 'other', prefix };
    expect(overlapping(HERE, [other])).toEqual([other]);
    expect(overlapping(other, [HERE])).toEqual([HERE]);
  });

  it.each([
    ['itself', HERE],
    ['another bucket', { ...HERE, id: 'other', bucket: 'flow-logs-2' }],
    ['the bucket of that name elsewhere', { ...HERE, id: 'other', endpoint: 'https://s3.example.com' }],
    ['a folder whose name begins alike', { ...HERE, id: 'other', prefix: 'prod-archive/' }],
  ])('leaves out %s', (_which, other) => {
    expect(overlapping(HERE, [other])).toEqual([]);
  });

  it('compares one that is not added yet with all', () => {
    expect(overlapping({ ...HERE, id: undefined }, [HERE])).toEqual([HERE]);
  });
});

it('names the others, and what they read', () => {
  const [whole, part] = [
    { name: 'a', prefix: '' },
    { name: 'b', prefix: 'prod/eu/' },
  ];
  expect(overlapWarning([whole])).toBe(
    'Source a (the whole bucket) is set to read this, too: each object is counted once'
  );
  expect(overlapWarning([whole, part])).toBe(
    'Sources a (the whole bucket), b (prefix prod/eu/) are set to read this, too: each object is counted once'
  );
});
