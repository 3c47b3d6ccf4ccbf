import type { ListPage, ObjectRef } from '../aws/bucket';
import { findObjects } from './testSource';

const NOW = 1_800_000_000;
const DAY = 'AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/';

/** Objects that a flow log delivered, one a minute up to that many minutes ago. */
function delivered(flowLog: string, count: number, ago = 0): ObjectRef[] {
  return Array.from({ length: count }, (_, n) => ({
    key: `${DAY}111122223333_vpcflowlogs_eu-west-1_${flowLog}_20261124T0000Z_${String(n).padStart(6, '0')}.log.gz`,
    ...{ etag: '', size: 1, modified: NOW - (ago + n) * 60 },
  }));
}

/** A bucket that lists `perPage` at a time, in the order of keys as S3 does. */
function bucketOf(objects: ObjectRef[], perPage = 1000) {
  const sorted = objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    list: (prefix: string, { delimiter, token = '0' }: { delimiter?: string; token?: string } = {}) => {
      if (delimiter !== undefined && prefix !== DAY) {
        const next = DAY.slice(0, DAY.indexOf('/', prefix.length) + 1);
        return Promise.resolve<ListPage>({ objects: [], folders: [next] });
      }
      const end = Number(token) + perPage;
      const next = end < sorted.length ? String(end) : undefined;
      return Promise.resolve<ListPage>({ objects: sorted.slice(Number(token), end), folders: [], next });
    },
  };
}

const flowLogsOf = (objects: readonly ObjectRef[]) => objects.map(({ key }) => /_(fl-\w+)_2026/.exec(key)![1]);

describe('the newest objects of a bucket', () => {
  it('are of each flow log in turn, the newest of each first', async () => {
    const quiet = delivered('fl-0b', 2, 60);
    const found = await findObjects(bucketOf([...delivered('fl-0a', 30), ...quiet]), '', 6, NOW);
    expect(flowLogsOf(found.newest)).toEqual(['fl-0a', 'fl-0b', 'fl-0a', 'fl-0b', 'fl-0a', 'fl-0a']);
    expect(found.newest[1]).toEqual(quiet[0]);
    expect(found).toMatchObject({ flowLogs: 32, origins: 2, isAll: true });
  });

  it('are of folders in turn where the names are not those of AWS', async () => {
    const named = (key: string, modified: number): ObjectRef => ({ key, etag: '', size: 1, modified });
    const objects = [named('x/1.gz', 9), named('x/2.gz', 8), named('y/1.gz', 1), named('z.gz', 2)];
    const { newest } = await findObjects(bucketOf(objects), '', 3, NOW);
    expect(newest.map(({ key }) => key)).toEqual(['x/1.gz', 'z.gz', 'y/1.gz']);
  });

  it('are of each flow log too when the first pages of a listing are of one', async () => {
    const bucket = bucketOf([...delivered('fl-0a', 80), ...delivered('fl-0b', 1)], 10);
    const { newest, origins } = await findObjects(bucket, '', 3, NOW);
    expect(flowLogsOf(newest)).toEqual(['fl-0a', 'fl-0b', 'fl-0a']);
    expect(origins).toBe(2);
  });

  it('are told from those that are older than what is kept', async () => {
    const written = (key: string, modified: number): ObjectRef => ({ key, etag: '', size: 1, modified });
    const kept = 395 * 86_400;
    const objects = [
      // Without a slot in the name, the time of writing decides.
      written('x/new.gz', NOW - kept + 2 * 3600),
      written('x/old.gz', NOW - kept - 3600),
      // Delivered long ago, and copied just now.
      written(`x/111122223333_vpcflowlogs_eu-west-1_fl-0a_20250101T0000Z_1.log.gz`, NOW),
      written('x/no-flow-log.txt', 0),
    ];
    expect(await findObjects(bucketOf(objects), '', 3, NOW)).toMatchObject({ flowLogs: 3, older: 2, isAll: true });
  });

  it('are found with no more pages than needed', async () => {
    const found = await findObjects(bucketOf(delivered('fl-0a', 300), 10), '', 3, NOW);
    expect(found).toMatchObject({ flowLogs: 100, isAll: false });
  });
});
