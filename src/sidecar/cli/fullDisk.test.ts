import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetFile } from '../testing/parquetFile';
import { World, type Deployment } from '../testing/world';
import { outputOf } from '../testing/output';

jest.setTimeout(120_000);
const world = World.forTests();
const NOW = Math.floor(Date.now() / 1000);

const COLUMNS = ['interface-id', 'vpc-id', 'srcaddr', 'bytes', 'packets', 'start', 'action', 'log-status'];
/** A Parquet object larger than the limit below, which is a megabyte. */
const OBJECT = parquetFile(
  COLUMNS,
  Array.from({ length: 150_000 }, (_, i) => [
    'eni-1',
    'vpc-1',
    `10.${i % 251}.${i % 241}.${i % 239}`,
    '10',
    '1',
    String(NOW - 60 - (i % 997)),
    'ACCEPT',
    'OK',
  ])
);

async function withObject(): Promise<{ flowscope: Deployment; bucket: string }> {
  expect(OBJECT.length).toBeGreaterThan(1024 * 1024);
  const flowscope = world.deployment();
  const bucket = await world.bucket();
  await world.put(bucket, '1.log.parquet', OBJECT);
  await flowscope.addSource(bucket);
  return { flowscope, bucket };
}

/** Runs a command through a shell, which comes first. */
async function runAfter(shell: string, { env }: Deployment, ...args: string[]) {
  const command = [process.execPath, 'dist/sidecar/flowscope.mjs', ...args];
  const child = spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command], { env });
  const output = outputOf(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

describe('a disk that does not take what is to be written', () => {
  it.each([
    // The registry's files stay below: it is the object's temporary file that grows beyond.
    [
      'is limited',
      'ulimit -f 2000',
      /\(EFBIG: [^)]*\): a file there may not become so large; raise that limit \(ulimit -f\)/,
    ],
    [
      'is not there',
      'export TMPDIR=/nowhere/at/all',
      /in \/nowhere\/at\/all \(ENOENT: .*\): let this user read and write/,
    ],
  ])('for temporary files, which %s: the object stays, and is no damaged one', async (_case, shell, reason) => {
    const { flowscope, bucket } = await withObject();
    const { code, stdout, stderr } = await runAfter(shell, flowscope, 'collect', '--once', '--json');
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expect(stderr).toMatch(/Temporary files cannot be kept in /);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(JSON.parse(stdout)).toMatchObject({ notCollected: 1, quarantined: 0, reasons: { 'temporary-files': 1 } });
    expect(await world.keys(bucket)).toHaveLength(1);
    expect(JSON.parse(await flowscope.ok('collect', '--once', '--json'))).toMatchObject({
      collected: 1,
      records: 150_000,
    });
    expect(await world.keys(bucket)).toEqual([]);
  });

  it('for results is said, and fails', async () => {
    const flowscope = world.deployment();
    const { code, stderr } = await runAfter('exec > /dev/full', flowscope, '--help');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^flowscope: Standard output cannot be written \(ENOSPC: .*: its disk is full; free some/);
  });

  it('for files that are generated is said', async () => {
    const flowscope = world.deployment();
    const folder = join(world.folder, 'generated');
    mkdirSync(folder);
    writeFileSync(join(folder, 'before'), '');
    const options = ['--minutes', '60', '--interfaces', '50', '--seed', '1'];
    const { code, stderr } = await runAfter('ulimit -f 8', flowscope, 'generate', '--out', folder, ...options);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^flowscope: EFBIG: .*: a file there may not become so large/m);
  });
});
