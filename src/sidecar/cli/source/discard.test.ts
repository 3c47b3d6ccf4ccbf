import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import type { Change } from '../../registry/audit';
import { openRegistry } from '../../registry/registry';
import { World, type Deployment } from '../../testing/world';
import { parsePastTime } from './dates';
import { until } from '../../testing/until';

const world = World.forTests();

const LINES: Readonly<Record<string, string>> = {
  good: `interface-id bytes packets start action log-status\neni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK\n`,
  'no-header': 'eni-1 10 1 1700000000 ACCEPT OK\n',
  'log-status-missing': 'interface-id bytes packets start action\neni-1 10 1 1700000000 ACCEPT\n',
};

/** An object of a kind; with different `salt` of different content. */
const objectOf = (kind: string, salt = '') =>
  kind === 'corrupt-gzip' ? gzipSync(LINES.good + salt).subarray(0, -9) : gzipSync(LINES[kind] + salt);

/** The key of an object as AWS names it; `day` as in 2025-03-14. */
const keyOf = (day: string, n: number) =>
  `AWSLogs/111122223333/vpcflowlogs/eu-west-1/${day.replaceAll('-', '/')}/` +
  `111122223333_vpcflowlogs_eu-west-1_fl-0a_${day.replaceAll('-', '')}T0000Z_${n}.log.gz`;

/** A deployment that has collected what it could from a bucket with these objects, by kind. */
async function collected(objects: Readonly<Record<string, string>>) {
  const flowscope = world.deployment();
  const bucket = await world.bucket();
  for (const [key, kind] of Object.entries(objects)) {
    await world.put(bucket, key, objectOf(kind, `${key}\n`));
  }
  await flowscope.addSource(bucket);
  await flowscope.run('collect', '--once');
  return { flowscope, bucket };
}

const discard = (flowscope: Deployment, reason: string, before: string, ...more: string[]) =>
  flowscope.run('source', 'discard', 'a', '--reason', reason, '--before', before, ...more);

/** Runs it with an answer on standard input. */
async function answered(flowscope: Deployment, answer: string, reason: string, before: string) {
  return flowscope.told(answer, 'source', 'discard', 'a', '--reason', reason, '--before', before);
}

async function changes(flowscope: Deployment): Promise<Change[]> {
  const registry = openRegistry(flowscope.env.FLOWSCOPE_DATA_DIR!);
  try {
    return (await registry.listChanges(100)).items.filter(({ action }) => action === 'source.discard');
  } finally {
    await registry.close();
  }
}

describe('flowscope source discard', () => {
  it('deletes the leftovers of one reason from before a date, once somebody says yes, and remembers that', async () => {
    const [old, recent, other] = [keyOf('2025-03-14', 1), keyOf('2025-03-15', 2), keyOf('2025-03-14', 3)];
    const { flowscope, bucket } = await collected({
      [old]: 'no-header',
      [recent]: 'no-header',
      [other]: 'log-status-missing',
      'good.log.gz': 'good',
    });
    expect((await world.keys(bucket)).sort()).toEqual([old, recent, other].sort());

    const dry = await discard(flowscope, 'no-header', '2025-03-15', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 object \(\d+ B\) of source a in s3:/) as string,
    });
    const no = await answered(flowscope, 'n\n', 'no-header', '2025-03-15');
    expect(no).toMatchObject({ code: 1, stderr: expect.stringContaining('Delete them? [y/N] ') as string });
    const nobody = await discard(flowscope, 'no-header', '2025-03-15');
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('say --yes') as string });
    expect(await world.keys(bucket)).toHaveLength(3);
    expect(await changes(flowscope)).toEqual([]);

    const yes = await answered(flowscope, 'y\n', 'no-header', '2025-03-15');
    expect(yes).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Discarded 1 object \(\d+ B\) of source a: deleted uncounted\.\n$/) as string,
    });
    expect((await world.keys(bucket)).sort()).toEqual([recent, other].sort());
    expect(await changes(flowscope)).toMatchObject([
      {
        ...{ actor: 'command line', target: 'a' },
        details: { reason: 'no-header', before: '2025-03-15T00:00:00.000Z', objects: 1, failed: 0 },
      },
    ]);
    expect(await flowscope.ok('explain', old)).toMatch(
      /State: +left in place, then deleted from its bucket uncounted, because an administrator said so \(no-header\)/
    );
    expect(await flowscope.ok('source', 'list')).toMatch(/a: 1 left in place, no-header/);

    // A listing has nothing to add to that.
    await flowscope.run('collect', '--once');
    const [{ objects }] = JSON.parse(await flowscope.ok('source', 'list', '--json')) as [{ objects: object[] }];
    expect(objects).toMatchObject([
      { state: 'deleted', objects: 1 },
      { state: 'discarded', reason: 'no-header', objects: 1 },
      { state: 'not-collected', reason: 'log-status-missing', objects: 1 },
      { state: 'not-collected', reason: 'no-header', objects: 1 },
    ]);
  });

  it('takes quarantined objects too, also those whose notice was dismissed, by when they were written', async () => {
    const { flowscope, bucket } = await collected({ 'x/1.gz': 'corrupt-gzip', 'x/2.gz': 'corrupt-gzip' });
    await flowscope.ok('quarantine', 'dismiss', 'x/1.gz');
    const none = await discard(flowscope, 'corrupt-gzip', '2025-01-01', '--yes');
    expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to discard') as string });
    expect(await world.keys(bucket)).toHaveLength(2);
    // S3 rounds when they were written to seconds.
    const written = Math.floor(Date.now() / 1000);
    await until(() => Math.floor(Date.now() / 1000) > written);
    const now = new Date().toISOString();
    expect(await discard(flowscope, 'corrupt-gzip', now, '--yes')).toMatchObject({ code: 0 });
    expect(await world.keys(bucket)).toEqual([]);
    expect(await flowscope.ok('quarantine', 'list')).toBe('Nothing is in quarantine.\n');
  });

  it('leaves alone what was retried, what was overwritten, and what is none of its source', async () => {
    const keys = ['x/1.gz', 'x/2.gz', 'x/3.gz'].map((_key, n) => keyOf('2025-03-14', n));
    const { flowscope, bucket } = await collected(Object.fromEntries(keys.map((key) => [key, 'corrupt-gzip'])));
    await flowscope.ok('quarantine', 'retry', keys[0]);
    await world.put(bucket, keys[1], objectOf('corrupt-gzip', 'another'));
    const unknown = keyOf('2025-03-14', 9);
    await world.put(bucket, unknown, objectOf('corrupt-gzip', 'unknown'));
    expect(await discard(flowscope, 'corrupt-gzip', '2025-04-01', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Discarded 1 object ') as string,
    });
    expect((await world.keys(bucket)).sort()).toEqual([keys[0], keys[1], unknown].sort());
  });

  it('names the reasons that there are when asked for another, and what is wrong with a date', async () => {
    const { flowscope, bucket } = await collected({
      'x/1.gz': 'corrupt-gzip',
      'x/2.gz': 'no-header',
      'x/3.gz': 'no-header',
    });
    expect(await discard(flowscope, 'expired', '2025-01-01', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'flowscope: Source a has left no object in its bucket for the reason "expired". There are: corrupt-gzip (1 object), no-header (2 objects).'
      ) as string,
    });
    for (const [date, message] of [
      ['yesterday', '"yesterday" is no date'],
      ['2025-02-30', '"2025-02-30" is no date'],
      ['2999-01-01', 'is in the future'],
    ]) {
      const { code, stderr } = await discard(flowscope, 'no-header', date, '--yes');
      expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    }
    expect((await flowscope.run('source', 'discard', 'a', '--reason', 'no-header')).stderr).toMatch(/--before/);
    expect((await flowscope.run('source', 'discard', 'a', '--before', '2025-01-01')).stderr).toMatch(/--reason/);
    expect((await discard(flowscope, 'no-header', '2025-01-01')).stdout).toMatch(/nothing to discard/);
    expect(await world.keys(bucket)).toHaveLength(3);
  });
});

describe('flowscope serve beside it', () => {
  it('goes on collecting, and takes what was discarded for nothing else', async () => {
    const key = keyOf('2025-03-14', 1);
    const { flowscope, bucket } = await collected({ [key]: 'no-header' });
    await flowscope.ok('source', 'edit', 'a', '--poll-seconds', '10');
    const served = flowscope.start('serve');
    await once(served.stdout!, 'data');
    expect(await discard(flowscope, 'no-header', '2025-04-01', '--yes')).toMatchObject({ code: 0 });
    // A later scan collects this one.
    await world.put(bucket, 'good.log.gz', objectOf('good'));
    await until(async () => (await world.keys(bucket)).length === 0, served);
    expect(await flowscope.ok('explain', key)).toMatch(/deleted from its bucket uncounted/);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});

describe('a typed time', () => {
  const now = Date.UTC(2026, 0, 31, 12) / 1000;

  it.each([
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    ['2026-01-31T11:59', Date.UTC(2026, 0, 31, 11, 59)],
    ['2026-01-31 11:59', Date.UTC(2026, 0, 31, 11, 59)],
    ['2026-01-31T11:59:58Z', Date.UTC(2026, 0, 31, 11, 59, 58)],
    ['2026-01-31T11:59:58.123Z', Date.UTC(2026, 0, 31, 11, 59, 58)],
    ['2026-01-31T11:59+02:00', Date.UTC(2026, 0, 31, 9, 59)],
    ['now-7d', Date.UTC(2026, 0, 24, 12)],
  ])('%s is read, in UTC unless it says otherwise', (typed, at) => {
    expect(parsePastTime('--before', typed, now)).toBe(at / 1000);
  });

  it.each(['', '31.1.2026', '2026-13-01', '2026-02-29', '2026-01-31T24:00'])('%j is refused', (typed) => {
    expect(() => parsePastTime('--before', typed, now)).toThrow(/is no date/);
  });
});
