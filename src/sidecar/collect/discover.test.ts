import type { ObjectRef } from '../aws/bucket';
import { discover, type Listable } from './discover';

/** A bucket whose pages hold three entries. */
function bucketOf(keys: readonly string[]): Listable & { requests: number } {
  const sorted = [...keys].sort();
  const bucket = {
    requests: 0,
    async list(prefix: string, { delimiter, token = '' }: { delimiter?: string; token?: string } = {}) {
      bucket.requests++;
      const entries = new Set<string>();
      for (const key of sorted.filter((candidate) => candidate.startsWith(prefix))) {
        const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
        entries.add(at < 0 ? key : key.slice(0, at + 1));
      }
      const rest = [...entries].filter((entry) => entry > token);
      const page = rest.slice(0, 3);
      return {
        objects: page
          .filter((entry) => sorted.includes(entry))
          .map((key): ObjectRef => ({ key, etag: '', size: 1, modified: 0 })),
        folders: page.filter((entry) => !sorted.includes(entry)),
        next: rest.length > 3 ? page[2] : undefined,
      };
    },
  };
  return bucket;
}

async function listed(bucket: Listable, prefix = ''): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of discover(bucket, prefix)) {
    pages.push(page.map(({ key }) => key));
  }
  return pages;
}

const log = (account: string, day: string, n: number) => `AWSLogs/${account}/vpcflowlogs/eu-west-1/${day}/${n}.log.gz`;
const hive = (account: string, day: string, n: number) =>
  `AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=11/day=${day}/hour=10/${n}.log.gz`;

describe('discover', () => {
  it('takes one request for what fits a page', async () => {
    const bucket = bucketOf(['a.log.gz', log('111111111111', '2026/11/23', 1)]);
    expect((await listed(bucket)).flat()).toHaveLength(2);
    expect(bucket.requests).toBe(1);
  });

  it('lists every object of a backlog exactly once, whatever the layout', async () => {
    const keys = [
      ...[1, 2, 3, 4, 5].map((n) => log('111111111111', '2026/11/22', n)),
      ...[1, 2, 3, 4].map((n) => log('111111111111', '2026/11/23', n)),
      ...[1, 2].map((n) => log('222222222222', '2026/11/23', n)),
      ...[1, 2, 3, 4].map((n) => hive('333333333333', '23', n)),
      ...['top.log.gz', 'other/deep/er/x.log.gz', 'other/y.log.gz'],
    ];
    expect((await listed(bucketOf(keys))).flat().sort()).toEqual([...keys].sort());
  });

  it('stays below the prefix', async () => {
    const keys = [1, 2, 3, 4, 5].flatMap((n) => [
      log('111111111111', '2026/11/22', n),
      `x/${log('1', '2026/11/22', n)}`,
    ]);
    const pages = await listed(bucketOf(keys), 'x/');
    expect(pages.flat()).toHaveLength(5);
    expect(pages.flat().every((key) => key.startsWith('x/'))).toBe(true);
  });

  it('gives the newest day first, and each account its turn', async () => {
    const backlog = ['2026/11/20', '2026/11/21', '2026/11/22'].flatMap((day) =>
      [1, 2, 3, 4, 5, 6].map((n) => log('111111111111', day, n))
    );
    const fresh = log('222222222222', '2026/11/23', 1);
    const pages = await listed(bucketOf([...backlog, fresh]));
    expect(pages.findIndex((page) => page.includes(fresh))).toBeLessThan(2);
    const days = pages
      .flat()
      .filter((key) => key !== fresh)
      .map((key) => key.slice(42, 52));
    expect(days).toEqual([...days].sort().reverse());
  });
});
