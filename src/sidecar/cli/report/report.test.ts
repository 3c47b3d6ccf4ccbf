import { writeEntities } from '../../store/schema';
import { REGION, World, type Deployment } from '../../testing/world';
import { gzipSync } from 'node:zlib';

const world = World.forTests();

const MINUTE = Math.floor(Date.now() / 60_000) * 60;
const COLUMNS = 'account-id interface-id bytes packets start action log-status';

/** A deployment that collected a record of half an hour ago, whose interface is called "web". */
async function collected(): Promise<Deployment> {
  const bucket = await world.bucket();
  const flowscope = world.deployment();
  await flowscope.addSource(bucket);
  await world.put(bucket, '1.log.gz', gzipSync(`${COLUMNS}\n1 eni-1 10 1 ${MINUTE - 1800} ACCEPT OK\n`));
  await flowscope.ok('collect', '--once');
  const nowhere = { vpc: '-', subnet: '-', instance: '-', account: '1', region: REGION };
  await writeEntities(flowscope.client, [
    { kind: 'interface', id: 'eni-1', label: 'web server (eni-1)', name: 'web server', ...nowhere },
  ]);
  return flowscope;
}

/** Says how collection stands, later than anything said before. */
async function stands(flowscope: Deployment, fields: string): Promise<void> {
  const [{ source_id: id }] = await flowscope.query('SELECT last("sources"), "source_id" FROM "minute"."collection"');
  const nanoseconds = `${Date.now()}000000`;
  await flowscope.client.write(
    'minute',
    `collection,collector=primary,source=a,source_id=${id} ${fields} ${nanoseconds}`
  );
}

describe('flowscope report', () => {
  it('says how far it is complete and what waits, on standard error', async () => {
    const flowscope = await collected();
    // Objects without AWS's names: nobody knows.
    expect(await flowscope.run('report', 'action')).toMatchObject({ code: 0, stderr: '' });

    const until = MINUTE - 1200;
    await stands(flowscope, `complete_until=${until}i,backlog=1200i`);
    const time = new Date(until * 1000).toISOString().slice(0, 16).replace('T', ' ');
    const said = `Complete until ${time} UTC: later minutes may still grow. 1,200 objects wait to be collected.\n`;
    const text = await flowscope.run('report', 'action');
    expect(text.stderr).toBe(said);
    const json = await flowscope.run('report', 'action', '--json');
    expect([json.stderr, JSON.parse(json.stdout)]).toEqual([said, expect.objectContaining({ report: 'action' })]);

    await stands(flowscope, `complete_until=${until}i,backlog=0i`);
    expect((await flowscope.run('report', 'action')).stderr).toMatch(/may still grow\.\n$/);
    const before = ['--from', String((until - 1200) * 1000), '--to', String(until * 1000)];
    expect(await flowscope.run('report', 'action', ...before)).toMatchObject({ code: 0, stderr: '' });
  });

  it('says nothing of what waits where nothing is collected any more', async () => {
    const flowscope = await collected();
    const waits = (minutesAgo: number) => {
      const fields = `complete_until=0i,backlog=5i ${Date.now() - minutesAgo * 60_000}000000`;
      return flowscope.client.write('minute', `collection,collector=primary,source=b,source_id=src-b ${fields}`);
    };
    await waits(20);
    expect(await flowscope.run('report', 'action')).toMatchObject({ code: 0, stderr: '' });
    await waits(10);
    expect((await flowscope.run('report', 'action')).stderr).toBe('5 objects wait to be collected.\n');
  });

  it('says so when a filter names nothing, and what there is', async () => {
    const flowscope = await collected();
    const { code, stdout, stderr } = await flowscope.run('report', 'interface', '--filter', 'interface=web');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'flowscope: No Interface is called web: give its id or its whole description. Similar: web server (eni-1). ' +
        'See also flowscope report action-interface.\n'
    );
    for (const [filter, said] of [
      ['action=DENY', 'There is no action DENY. There are ACCEPT, REJECT. See also flowscope report action.'],
      [
        'interface=eni-2',
        'No Interface eni-2 has been seen. There are web server (eni-1). See also flowscope report action-interface.',
      ],
    ]) {
      const refused = await flowscope.run('report', 'interface', '--filter', filter);
      expect(refused).toEqual({ code: 1, stdout: '', stderr: `flowscope: ${said}\n` });
    }
    const nothing = await flowscope.ok(
      'report',
      'interface',
      '--filter',
      'interface=eni-1',
      '--filter',
      'action=reject'
    );
    expect(nothing).toMatch(/\nOnly interface web server \(eni-1\), action REJECT\n/);
    expect(nothing).toMatch(
      /filters leave nothing of it\. What there is: flowscope report action-interface, flowscope report action\.\n$/
    );
  });

  it('prints pairs of interfaces with both names, counted once or as seen at each', async () => {
    const flowscope = await collected();
    const ends = ['account', 'instance', 'subnet', 'vpc'].flatMap((tag) => [`src_${tag}=-`, `dst_${tag}=-`]).join(',');
    const point = (counted: string, bytes: number) =>
      `flow_interface_pair,action=ACCEPT,counted=${counted},pair=aws/S3\\ →\\ eni-1,transit=no,src_interface=aws/S3,dst_interface=eni-1,` +
      `${ends} bytes=${bytes}i,packets=1i,flows=1i ${MINUTE - 1800}000000001`;
    await flowscope.client.write('minute', [point('once', 2048), point('again', 1024)].join('\n'));
    const once = await flowscope.ok('report', 'pair-interface');
    expect(once).toMatch(/ S3 \(AWS\) +│ web server +│ 2\.00 KiB /);
    expect(once).toMatch(/\nCounts each flow once: .* \(counted=again: as seen at each interface\.\)\n/);
    const filtered = await flowscope.ok(
      'report',
      'pair-interface',
      '--filter',
      'counted=again',
      '--filter',
      'interface=eni-1'
    );
    expect(filtered).toMatch(/│ ≥ Total +│ +│ 3\.00 KiB /);
    expect(filtered).toContain('\nOnly interface web server (eni-1)\n');
    expect(filtered).toContain('\nCounted as seen at each interface; ');
    const json = JSON.parse(await flowscope.ok('report', 'pair-interface', '--json'));
    expect(json).toMatchObject({
      filters: [{ name: 'counted', id: 'once' }],
      rows: [{ sourceInterface: 'aws/S3', sourceInterfaceName: 'S3 (AWS)', destinationInterface: 'eni-1' }],
    });
  });

  it('says that an address without a name may be part of other, and where to look', async () => {
    const flowscope = await collected();
    const tags = 'account=1,vpc=-,subnet=-,instance=-,interface=eni-1,action=ACCEPT,dst=other';
    await flowscope.client.write(
      'minute',
      `flow_destination,${tags} bytes=10i,packets=1i,flows=1i ${MINUTE - 1800}000000001`
    );
    expect(await flowscope.ok('report', 'action-interface-dst', '--filter', 'destination=203.0.113.29')).toMatch(
      /so 203\.0\.113\.29 may be part of other\. What there is: flowscope report action-interface-dst\.\n$/
    );
  });

  it('prints its rows as CSV, and why there are none on standard error', async () => {
    const flowscope = await collected();
    const csv = await flowscope.run('report', 'interface', '--csv');
    expect(csv).toMatchObject({ code: 0, stderr: '' });
    expect(csv.stdout).toMatch(
      /^interface,interfaceName,instance,instanceName,subnet,subnetName,vpc,vpcName,in,out,unknownDirection,refusedShare,bytes,bitsPerSecond,packets,flows,share\r\neni-1,web server,-,No instance,-,No subnet,-,No VPC,0,0,10,0,10,[\d.e-]+,1,1,1\r\n$/
    );
    const none = await flowscope.run('report', 'action', '--csv', '--from', 'now-9h', '--to', 'now-8h');
    expect([none.code, none.stdout]).toEqual([0, 'action,bytes,bitsPerSecond,packets,flows,share\r\n']);
    expect(none.stderr).toMatch(/^No traffic |^Collection has not|There is traffic/);
    const both = await flowscope.run('report', 'action', '--csv', '--json');
    expect(both).toMatchObject({ code: 1, stderr: 'flowscope: --json and --csv: choose one of them.\n' });
  });

  it("takes a dashboard's address, and what is typed wins over it", async () => {
    const flowscope = await collected();
    const address = '/d/flowscope-interface?from=now-1h&to=now&var-metric=flows&var-interface=eni-1';
    const report = async (...flags: string[]) =>
      JSON.parse(await flowscope.ok('report', 'interface', '--json', '--address', address, ...flags));
    expect(await report()).toMatchObject({ metric: 'flows', top: 10, rows: [{ interface: 'eni-1' }] });
    const earlier = await report('--from', 'now-3h', '--to', 'now-2h', '--metric', 'bytes');
    expect(earlier).toMatchObject({ metric: 'bytes', rows: [], filters: [{ id: 'eni-1' }] });
    expect(await flowscope.run('report', 'action', '--address', address)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `flowscope: --address ${address} is of the dashboard Interface (flowscope report interface), ` +
        'and not of Action, /d/flowscope-action.\n',
    });
  });

  it('has nothing to say of a store in which there is nothing', async () => {
    const { code, stdout, stderr } = await world.deployment().run('report', 'action');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Nothing has been collected yet.');
  });
});
