import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { World } from '../testing/world';

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
