import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { World } from '../../testing/world';

const world = World.forTests();

it('the last line of an import is for people, and --json is exact', async () => {
  const flowscope = world.deployment();
  const start = Math.floor(Date.now() / 1000);
  const records = Array.from({ length: 1200 }, (_, i) => `1 eni-${i % 3} 1048577 1000 ${start} ACCEPT OK\n`);
  const file = join(world.folder, 'many.log.gz');
  const columns = 'account-id interface-id bytes packets start action log-status';
  writeFileSync(file, gzipSync(`${columns}\n${records.join('')}`));
  const dry = JSON.parse(await flowscope.ok('import', file, '--dry-run', '--json')) as unknown;
  expect(dry).toMatchObject({
    records: 1200,
    ok: 1200,
    bytes: String(1200 * 1048577),
    packets: '1200000',
    flows: '1200',
  });
  expect(await flowscope.ok('import', file)).toBe(
    'Collected 1 of 1 file: 1,200 records, 1,200 of them traffic with 1.17 GiB, 1,200,000 packets and 1,200 flows. ' +
      '0 counted before, 0 quarantined, 0 not collected.\n'
  );
});

it('says whose message it shows, without what a terminal would obey, and comes to its end', async () => {
  const flowscope = world.deployment();
  const folder = join(world.folder, 'faulty');
  mkdirSync(folder);
  // Incompressible, and given up at its first line: most of it is never read.
  const noFlowLog = gzipSync(`no header\n${randomBytes(3_000_000).toString('base64')}`);
  writeFileSync(join(folder, '1\x1b[31m\x9b.log.gz'), noFlowLog);
  writeFileSync(join(folder, '2.log.gz'), noFlowLog);
  const { code, stdout, stderr } = await flowscope.run('import', folder);
  expect(stderr).toMatch(/100 % Read 2 of 2 files/);
  expect(stderr).toMatch(/faulty\/(1\ufffd\[31m\ufffd|2)\.log\.gz: .* 1 more with this reason\.\n/);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /\nflowscope: 2 of 2 files cannot be read as flow logs: \S+(1\ufffd\[31m\ufffd|2)\.log\.gz, \S+(1\ufffd\[31m\ufffd|2)\.log\.gz\.\n$/
  );
  expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u);
});

it('quarantines nothing in a dry run, and says what would be', async () => {
  const flowscope = world.deployment();
  const file = join(world.folder, 'cut\x1b[31m.log.gz');
  const start = Math.floor(Date.now() / 1000);
  const columns = 'account-id interface-id bytes packets start action log-status';
  const whole = gzipSync(`${columns}\n1 eni-1 10 1 ${start} ACCEPT OK\n`);
  writeFileSync(file, whole.subarray(0, 60));
  const { stdout, stderr } = await flowscope.run('import', file, '--dry-run');
  expect(stdout).toMatch(/0 counted before, 1 would be quarantined, 0 not collected\.\n$/);
  expect(stderr).toMatch(/1 of 1 file would be quarantined\.\n$/);
  writeFileSync(file, whole);
  expect(await flowscope.ok('import', file)).toContain('with 10 B, 1 packet and 1 flow. ');
});

it('fails for what is no flow log, and not for what was counted before, has no record, or is left out', async () => {
  const flowscope = world.deployment();
  const folder = join(world.folder, 'mixed');
  mkdirSync(folder);
  const put = (name: string, content: Buffer) => writeFileSync(join(folder, `${name}.log.gz`), content);
  const columns = 'account-id interface-id bytes packets start action log-status';
  const good = gzipSync(`${columns}\n1 eni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK\n`);
  put('good', good);
  put('twice', good);
  put('empty', gzipSync(`${columns}\n`));
  put('gateway', gzipSync('version resource-type tgw-id tgw-attachment-id\n6 TransitGateway tgw-1 tgw-attach-1\n'));
  put('no-status', gzipSync(columns.replace(' log-status', '')));
  const left = { notCollected: 2, reasons: { 'transit-gateway': 1, 'log-status-missing': 1 } };
  const first = JSON.parse(await flowscope.ok('import', folder, '--json')) as unknown;
  expect(first).toMatchObject({ collected: 2, duplicates: 1, ...left });
  const second = JSON.parse(await flowscope.ok('import', folder, '--json')) as unknown;
  expect(second).toMatchObject({ collected: 0, duplicates: 3, ...left });

  const other = join(folder, 'other.log.gz');
  writeFileSync(other, gzipSync('no header\n'));
  put('cut', good.subarray(0, -1));
  const dry = await flowscope.run('import', folder, '--dry-run');
  const last = `flowscope: 1 of 7 files would be quarantined. 1 of 7 files cannot be read as flow logs: ${other}.\n`;
  expect([dry.code, dry.stderr]).toEqual([1, expect.stringContaining(last)]);
});

it('goes on after a file that cannot be read, and says which it was', async () => {
  const flowscope = world.deployment();
  const good = join(world.folder, 'good.log.gz');
  const columns = 'account-id interface-id bytes packets start action log-status';
  writeFileSync(good, gzipSync(`${columns}\n1 eni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK\n`));
  // Nobody can read its first byte: for root too it stands for a file of somebody else.
  const bad = '/proc/self/mem';
  for (const options of [['--dry-run'], []]) {
    const { code, stdout, stderr } = await flowscope.run('import', bad, good, '--json', ...options);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ collected: 1, ok: 1, notCollected: 1, reasons: { 'not-read': 1 } });
    const said = `${bad}: It cannot be read (EIO: i/o error, read): import it again once it can.`;
    expect(stderr).toContain(`not-read: ${said}\nflowscope: 1 of 2 files refused, ${said}\n`);
  }
  expect(await flowscope.ok('explain', bad)).toMatch(
    /State: +not collected for now: import it again \(not-read\), .*\n +Message: +It cannot be read \(EIO/
  );
});
