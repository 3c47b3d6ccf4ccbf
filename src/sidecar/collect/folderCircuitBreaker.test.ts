import type { ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { FolderCircuitBreaker } from './folderCircuitBreaker';

const DENIED = new AwsError('AccessDenied', 'denied');
const MOST = 20;

let putOff: Array<readonly [key: string, error: AwsError | undefined]>;
beforeEach(() => (putOff = []));

const breaker = (isFatal?: (error: AwsError) => boolean) =>
  new FolderCircuitBreaker((object, error) => void putOff.push([object.key, error]), isFatal);
const objectAt = (key: string): ObjectRef => ({ key, etag: '"1"', size: 1, modified: 1 });
const failing = () => Promise.reject(DENIED);
const done = () => Promise.resolve('done');

/** Fails for so many objects of a folder; returns how many were tried. */
async function fail(folders: FolderCircuitBreaker, folder: string, count: number): Promise<number> {
  const work = jest.fn(failing);
  for (let i = 0; i < count; i++) {
    expect(await folders.attempt(objectAt(`${folder}${i}.gz`), work)).toBeUndefined();
  }
  return work.mock.calls.length;
}

it('a folder is left alone after twenty failures in a row, and what is not tried waits without an error', async () => {
  const folders = breaker();
  expect(await fail(folders, 'a/', MOST + 2)).toBe(MOST);
  expect(putOff.map(([, error]) => error)).toEqual([...Array<AwsError>(MOST).fill(DENIED), undefined, undefined]);
  expect(putOff.at(-1)![0]).toBe('a/21.gz');
  expect(folders.firstFailure).toBe('denied');
});

it('a success ends the row', async () => {
  const folders = breaker();
  await fail(folders, 'a/', MOST - 1);
  expect(await folders.attempt(objectAt('a/x.gz'), done)).toBe('done');
  expect(await fail(folders, 'a/', MOST - 1)).toBe(MOST - 1);
  expect(await folders.attempt(objectAt('a/x.gz'), done)).toBe('done');
});

it.each([
  ['a/', 'b/'],
  ['a/1/', 'a/2/'],
  ['a/1/', 'a/'],
  ['a/', ''],
])('the failures of %s keep nothing of "%s" waiting', async (bad, good) => {
  const folders = breaker();
  await fail(folders, bad, MOST + 1);
  expect(await folders.attempt(objectAt(`${good}x.gz`), done)).toBe('done');
  // What lies at the top is a folder, too.
  expect(await fail(folders, good, MOST + 5)).toBe(MOST);
});

it('failures of objects that are worked on at the same time count each', async () => {
  const folders = breaker();
  await Promise.all(Array.from({ length: MOST }, (_, i) => folders.attempt(objectAt(`a/${i}.gz`), failing)));
  expect(await fail(folders, 'a/', 1)).toBe(0);
});

it.each([
  ['no failure of S3', new Error('disk'), undefined],
  ['a failure that concerns more than its object', DENIED, (error: AwsError) => error === DENIED],
])('%s is thrown, and puts nothing off', async (_case, error, isFatal) => {
  const folders = breaker(isFatal);
  await expect(folders.attempt(objectAt('a/1.gz'), () => Promise.reject(error))).rejects.toBe(error);
  expect([putOff, folders.firstFailure]).toEqual([[], undefined]);
});
