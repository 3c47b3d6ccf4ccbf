import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { HEADER_V2, recordV2 } from '../testing/lines';
import { World } from '../testing/world';

const world = World.forTests();
const NOW = Math.floor(Date.now() / 1000) - 600;
const GOOD = recordV2(NOW);
const BAD = GOOD.replace(' 6 1 ', ' six 1 ');
const UNKNOWN = `${GOOD.slice(0, -2)}FINE`;
const NAME = '123456789012_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20261123T1200Z_0badcafe.log.gz';

let folders = 0;

/** A deployment that has imported a file with these records. */
async function imported(name: string, ...records: readonly string[]) {
  const folder = join(world.folder, `import-${++folders}`);
  mkdirSync(folder);
  writeFileSync(join(folder, name), gzipSync([HEADER_V2, ...records].map((line) => `${line}\n`).join('')));
  const flowscope = world.deployment();
  await flowscope.ok('import', folder);
  return { flowscope, out: join(world.folder, `out-${folders}`) };
}

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('flowscope unread', () => {
  it('says so when nothing is kept', async () => {
    const { flowscope, out } = await imported('a.log.gz', GOOD);
    expect(await flowscope.ok('unread', 'list')).toMatch(/^No line is kept/);
    expect(await flowscope.ok('unread', 'export', out)).toMatch(/^No line is kept/);
    expect(existsSync(out)).toBe(false);
  });

  it('lists objects with their lines by reason, and the first of them', async () => {
    const { flowscope } = await imported('a.log.gz', GOOD, BAD, UNKNOWN, BAD);
    const text = await flowscope.ok('unread', 'list');
    expect(text).toMatch(/^import: .*a\.log\.gz, stored .* UTC: 3 lines \(.*\), 2 not-a-number, 1 unknown-status\n/);
    expect(text).toContain(`\n  not-a-number: ${BAD}\n`);
    const [object] = JSON.parse(await flowscope.ok('unread', 'list', '--json')) as unknown[];
    expect(object).toMatchObject({ source: 'import', lines: 3, reasons: { 'not-a-number': 2, 'unknown-status': 1 } });
  });

  it('exports whole lines as flow logs that can be imported once they are mended', async () => {
    const { flowscope, out } = await imported(NAME, GOOD, BAD, UNKNOWN);
    expect(await flowscope.ok('unread', 'export', out)).toMatch(/^Wrote 2 lines of 1 object to /);
    const [file] = filesBelow(out);
    // The account stands in the path, for a flow log whose records do not say it.
    expect(file).toContain('AWSLogs/123456789012/');
    const text = gunzipSync(readFileSync(file)).toString();
    expect(text).toBe(`${HEADER_V2}\n${BAD}\n${UNKNOWN}\n`);

    writeFileSync(file, gzipSync(text.replace('six', '6').replace('FINE', 'OK')));
    const again = await flowscope.run('unread', 'export', out);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(`${file} is there and was changed`)]);
    const counts = JSON.parse(await flowscope.ok('import', out, '--json')) as Record<string, unknown>;
    expect(counts).toMatchObject({ collected: 1, ok: 2, duplicates: 0 });
    expect((await flowscope.sums('hour')).flow_interface.flows).toBe('3');
  });

  it('names the sources of which lines are kept when another is named, and a folder that cannot be written', async () => {
    const { flowscope } = await imported('a.log.gz', GOOD, BAD);
    const unknown = await flowscope.run('unread', 'list', '--source', 'prod');
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      'flowscope: No line of source prod is kept, lines are kept of import.\n',
    ]);
    const { code, stderr } = await flowscope.run('unread', 'export', '/dev/null/x');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be written to \/dev\/null\/x: /)]);
  });

  it('writes below the folder alone, whatever an object is called', async () => {
    const bucket = await world.bucket();
    const keys = ['a/../../evil.log.gz', '../b \u001b[31m.log.gz', 'AWSLogs/123456789012/../..\\c.gz'];
    await Promise.all(
      keys.map((key, i) => world.put(bucket, key, gzipSync(`${HEADER_V2}\n${recordV2(NOW + i)}\n${BAD}\n`)))
    );
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);
    await flowscope.ok('collect', '--once');
    const out = join(world.folder, 'inside', 'out');
    await flowscope.ok('unread', 'export', out);
    const names = filesBelow(join(world.folder, 'inside'));
    expect(names).toHaveLength(keys.length);
    names.forEach((name) =>
      expect(name.slice(out.length)).toMatch(
        /^(\/AWSLogs\/123456789012\/vpcflowlogs\/unknown)?\/unread-\d+-[\w.-]+\.log\.gz$/
      )
    );
  });
});
