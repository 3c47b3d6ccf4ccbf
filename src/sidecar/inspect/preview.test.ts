import { gzipSync } from 'node:zlib';
import { FakeS3, type FakeBucket } from '../testing/fakeS3';
import { TestApi } from '../testing/api';
import { proposal } from '../testing/registry';

const now = () => Math.floor(Date.now() / 1000);
const test = TestApi.forTests(() => ({ now }));

const RECORD = `eni-1 vpc-1 10 1 ${now() - 600} ACCEPT OK`;
const OBJECTS = {
  '1.log.gz': gzipSync(`interface-id vpc-id bytes packets start action log-status\n${RECORD}\n`),
};

let fake: FakeS3 | undefined;
afterEach(() => fake?.stop());

async function preview(bucket: FakeBucket) {
  fake = await FakeS3.start({ objects: OBJECTS, ...bucket });
  const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const place = { name: 'a', bucket: 'flow-logs', region: 'eu-west-1', endpoint: fake.url, pathStyle: true };
  return test.job('/v1/admin/drafts/preview', { source: { ...place, ...keys } });
}

it('counts what it reads', async () => {
  expect(await preview({})).toMatchObject({
    state: 'done',
    result: { looked: 1, counts: { collected: 1, bytes: '10' } },
  });
});

it.each<[string, FakeBucket, RegExp]>([
  ["that this machine's clock is wrong", { skew: 3 * 3600 }, /^This machine's clock says/],
  ['that an object is newer than the clock', { modified: () => now() + 3600 }, /1\.log\.gz in bucket .* was written/],
  [
    'that an object is not as listed',
    { lie: ({ call }) => (call === 'GetObject' ? { status: 206, body: 'x' } : undefined) },
    /HTTP 206/,
  ],
  ['that a listing is none', { lie: ({ call }) => (call === 'ListObjectsV2' ? {} : undefined) }, /nothing at all/],
])('says %s instead of counting', async (_case, bucket, message) => {
  expect(await preview(bucket)).toMatchObject({ state: 'failed', error: expect.stringMatching(message) as string });
});

describe('two flow logs over an interface', () => {
  const slotOf = (slot: number) => now() - (now() % 300) - 1800 + slot * 300;
  const objectOf = (flowLog: string, slot: number, ...fields: readonly string[]): [string, Buffer] => {
    const time = new Date(slotOf(slot) * 1000).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
    const header = ['interface-id vpc-id bytes packets start action log-status', ...fields].join(' ');
    const record = [`eni-1 vpc-1 10 1 ${slotOf(slot)} ACCEPT OK`, ...fields.map(() => '2')].join(' ');
    return [
      `111122223333_vpcflowlogs_eu-west-1_${flowLog}_${time}Z_0${slot}.log.gz`,
      gzipSync(`${header}\n${record}\n`),
    ];
  };
  const overlap = { flowLogs: ['fl-0a', 'fl-0b'], interfaces: 1, examples: ['eni-1'], actions: ['ACCEPT'] };
  const only = (fields: string[]) => ({ fields, actions: [], interfaces: 0, examples: [] });

  it('are told of the objects that would be collected', async () => {
    const objects = [0, 1].flatMap((slot) => [objectOf('fl-0a', slot), objectOf('fl-0b', slot, 'tcp-flags')]);
    expect(await preview({ objects: Object.fromEntries(objects) })).toMatchObject({
      result: { overlaps: [{ ...overlap, only: [only([]), only(['tcp-flags'])] }], disabledFlowLogs: [] },
    });
  });

  it('are told of an object and of what was collected of another source; not where one of them is disabled', async () => {
    const flowLog = { id: 'fl-0a', account: '111122223333', region: 'eu-west-1', columns: ['start', 'vpc-id'] };
    await test.registry.grantPlan(proposal({ flowLog }), now());
    const logged = { interface: 'eni-1', action: 'ACCEPT', since: slotOf(0), until: slotOf(1) + 60 };
    await test.registry.noteLogged('fl-0a', [logged], false, now());
    const objects = Object.fromEntries([objectOf('fl-0b', 0, 'tcp-flags'), objectOf('fl-0b', 1, 'tcp-flags')]);
    expect(await preview({ objects })).toMatchObject({
      result: {
        overlaps: [{ ...overlap, only: [only([]), { fields: expect.arrayContaining(['tcp-flags']) as string[] }] }],
      },
    });
    fake?.stop();
    await test.registry.grantPlan(
      proposal({ identity: 'b', sha256: 'b'.repeat(64), flowLog: { ...flowLog, id: 'fl-0b' } }),
      now()
    );
    await test.registry.enableFlowLogs(['fl-0b'], false);
    expect(await preview({ objects })).toMatchObject({
      result: { overlaps: [], disabledFlowLogs: ['fl-0b'], counts: { ok: 0, reasons: { 'flow-log-disabled': 2 } } },
    });
  });
});
