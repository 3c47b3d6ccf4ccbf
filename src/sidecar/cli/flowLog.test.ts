import { gzipSync } from 'node:zlib';
import type { FlowLogOverview } from '../registry/flowLogs';
import { World } from '../testing/world';

const world = World.forTests();

/** Slots of five minutes are counted from here: half an hour ago. */
const BEGIN = Math.floor(Date.now() / 300_000) * 300 - 1800;
const DAY = new Date(BEGIN * 1000).toISOString().slice(0, 10).replaceAll('-', '/');
const FOLDER = `AWSLogs/111122223333/vpcflowlogs/eu-west-1/${DAY}`;
const HEADER = 'interface-id vpc-id bytes packets start action log-status';

/** What a flow log delivers of a slot: a record of ten bytes of each interface. */
function objectOf(flowLog: string, slot: number, interfaces: readonly string[], more = ''): [string, Buffer] {
  const start = BEGIN + slot * 300;
  const time = new Date(start * 1000).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
  const records = interfaces.map((id) => `${id} vpc-1 10 1 ${start + 60} ACCEPT OK${more && ' 2'}\n`);
  const key = `${FOLDER}/111122223333_vpcflowlogs_eu-west-1_${flowLog}_${time}Z_0${slot}.log.gz`;
  return [key, gzipSync(`${HEADER}${more}\n${records.join('')}`)];
}

it('flow-log says which log the same, drops one of them, and says what that leaves out', async () => {
  const bucket = await world.bucket();
  const flowscope = world.deployment();
  await flowscope.addSource(bucket);
  expect(await flowscope.ok('flow-log', 'list')).toMatch(/^No flow log yet/);

  const deliver = async (...slots: readonly number[]) => {
    for (const slot of slots) {
      await world.put(bucket, ...objectOf('fl-0a', slot, ['eni-1']));
      await world.put(bucket, ...objectOf('fl-0b', slot, ['eni-1', 'eni-2'], ' tcp-flags'));
    }
    return JSON.parse(await flowscope.ok('collect', '--once', '--json')) as Record<string, unknown>;
  };
  expect(await deliver(0, 1)).toMatchObject({ ok: 6, bytes: '60' });
  const { stdout, stderr } = await flowscope.run('flow-log', 'list');
  expect(stdout).toMatch(/fl-0a +│ 111122223333 │ eu-west-1 │ +7 │ +1 min │ ACCEPT +│ .* late/);
  expect(stderr).toBe(
    'Warning: Counted by two flow logs: sums are doubled. fl-0a and fl-0b both log the interface eni-1 (ACCEPT): its traffic ' +
      'counts twice. Only fl-0b has the field tcp-flags; the interface eni-2. Disable one of them in Flow logs (flowscope ' +
      'flow-log disable), or delete it in AWS.\n'
  );

  expect(await flowscope.ok('flow-log', 'disable', 'fl-0b')).toMatch(
    /^Flow log fl-0b is disabled: its records will be dropped and counted; their objects are still deleted\.\n$/
  );
  // Young enough to be no late one.
  expect(await deliver(4)).toMatchObject({ ok: 1, bytes: '10', reasons: { 'flow-log-disabled': 2 } });
  expect(await world.keys(bucket)).toEqual([]);
  const listed = await flowscope.run('flow-log', 'list', '--json');
  const { flowLogs, overlaps, leftOut } = JSON.parse(listed.stdout) as FlowLogOverview;
  expect(flowLogs.map(({ id, records, health }) => [id, records, health])).toEqual([
    ['fl-0a', 3, 'receiving'],
    ['fl-0b', 6, 'disabled'],
  ]);
  expect([overlaps, leftOut]).toMatchObject([[], [{ flowLog: 'fl-0b', examples: ['eni-2'] }]]);
  expect(listed.stderr).toBe(
    'Warning: fl-0b is disabled, and no other flow log has the interface eni-2: reports lack it.\n'
  );

  expect(await flowscope.ok('flow-log', 'enable', 'fl-0b')).toBe(
    'Flow log fl-0b is enabled: its records are counted again.\n'
  );
  const unknown = await flowscope.run('flow-log', 'disable', 'fl-0c');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/There is no flow log fl-0c/)]);
});
