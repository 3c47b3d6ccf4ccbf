import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedService } from '../../src/sidecar/testing/services';
import { Random } from '../../src/sidecar/generate/random';
import type { Asked } from './calls';
import { Contents } from './contents';
import { Journal } from './journal';
import { TestBed } from './testBed';
import { runRounds } from './rounds';
import { SCENARIOS } from './scenarios';
import { versions, type Version } from './versions';

describe('rounds of kills and faults', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-faults-test-'));
  const testBeds: TestBed[] = [];

  beforeAll(async () => {
    const awsUrl = await sharedService('aws');
    testBeds.push(...(await Promise.all(['a', 'b'].map((name) => TestBed.start(join(folder, name), awsUrl)))));
  });

  afterAll(async () => {
    await Promise.all(testBeds.map((testBed) => testBed.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('lose nothing, count nothing twice, and leave nothing stuck', async () => {
    const only = ['collect-queue-parquet', 'serve-listing-text'];
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const goal = { only, rounds: 2, minutes: Infinity, kills: Infinity, faults: Infinity, killsPerRound: 3 };
    const { passed, failed, tally } = await runRounds(testBeds, 1, goal, say);
    expect({ passed, failed, lines }).toEqual({ passed: 2, failed: 0, lines: [expect.anything(), expect.anything()] });
    expect(tally.killCount).toBe(6);
    expect(tally.faultCount).toBeGreaterThan(4);
    expect(tally.deletions).toBeGreaterThan(6);
  });
});

describe('the journal', () => {
  const source = versions(1, 'text', 1_790_000_000);
  const version = nextWith(source, ({ isCollectable, sums }) => isCollectable && sums.flow_interface.flows !== '0');
  const other = nextWith(source, ({ isCollectable }) => isCollectable);

  /** Line protocol of points that have all that is in an object, at one offset. */
  function linesOf({ sums, interfaces }: Version, offset: number): string[] {
    const [id] = interfaces;
    return Object.entries(sums).map(
      ([name, { bytes, packets, flows }]) =>
        `${name},a=b\\ c\\,d,interface=${id} bytes=${bytes}i,packets=${packets}i,flows=${flows}i ${60_000_000_000n * 7n + BigInt(offset)}`
    );
  }

  const write = (lines: readonly string[]) => ({ body: Buffer.from(lines.join('\n')) }) as Asked;
  const deletion = ({ key, etag }: Version) =>
    ({
      call: 'DeleteObject',
      url: `/bucket/${key}?x-id=DeleteObject`,
      headers: { 'if-match': etag },
    }) as unknown as Asked;

  it.each<[string, (lines: string[]) => string[], RegExp | undefined]>([
    ['all of it', (lines) => lines, undefined],
    ['all of it, some twice', (lines) => [...lines, ...lines.slice(2)], undefined],
    ['one point less', (lines) => lines.slice(0, -1), /InfluxDB has acknowledged 0 of its \d+ bytes in flow_/],
    ['nothing', () => [], /InfluxDB has acknowledged 0 of its \d+ bytes/],
    [
      'one point elsewhere',
      ([first, ...rest]) => [first.replace(/.$/, '9'), ...rest],
      /acknowledged 0 of its \d+ bytes/,
    ],
  ])('says of a deletion after %s was acknowledged what is missing', (_case, some, message) => {
    const journal = new Journal((etag) => (etag === version.etag ? version : undefined));
    journal.acknowledged(write(linesOf(other, 5)));
    journal.acknowledged(write(some(linesOf(version, 1))));
    journal.deletionAsked(deletion(version));
    expect(journal.violations).toEqual(message ? [expect.stringMatching(message)] : []);
  });

  it('says that a version is deleted that never was, and one that cannot be collected', () => {
    const bare = nextWith(source, ({ isCollectable }) => !isCollectable);
    const journal = new Journal((etag) => (etag === bare.etag ? bare : undefined));
    journal.deletionAsked(deletion(version));
    journal.deletionAsked(deletion(bare));
    expect(journal.violations).toEqual([
      expect.stringContaining('is none that it had'),
      expect.stringContaining('none that can be collected'),
    ]);
  });
});

describe('the contents of a bucket', () => {
  it('count what replaces an object that was not read, and both where the first one was stored', () => {
    const bucket = new Map<string, Version>();
    const contents = new Contents(versions(2, 'text', 1_790_000_000), new Random(1), ({ key, version }) =>
      bucket.set(key, version)
    );
    for (let i = 0; i < 20; i++) {
      contents.deliver();
    }
    const outcomes = [...bucket.keys()].map((key, i) => contents.overwrite(key, i % 2 === 0 ? 'reading' : 'deletion'));
    expect(new Set(outcomes)).toEqual(new Set([true, false]));
    expect([...contents.left.values()].map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['log-status-missing', 'conflict'])
    );
    const [key] = [...bucket.keys()].filter((_key, i) => outcomes[i]);
    expect(contents.overwrite(key, 'deletion')).toBe(false);
  });
});

it('every scenario has a name of its own', () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});

function nextWith(source: Iterator<Version, never>, is: (version: Version) => boolean): Version {
  for (;;) {
    const version = source.next().value;
    if (is(version)) {
      return version;
    }
  }
}
