import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { FORGOTTEN_SECONDS, REMEMBERED_SECONDS } from './deliveries';
import type { LedgerEntry } from './ledger';
import { prune } from './prune';

const registry = registryForTests();

/** The ledger entry of an object of a slot that arrives ten minutes after the slot's end. */
function entry(slot: number, changes: Partial<LedgerEntry> = {}, hash = '0a'): LedgerEntry {
  const time = new Date(slot * 1000).toISOString().replace(/[-:]/g, '').slice(0, 13);
  const key = `AWSLogs/111122223333/x/111122223333_vpcflowlogs_eu-west-1_fl-0a_${time}Z_${hash}.log.gz`;
  const delivery = { arrived: slot + 900, hasLongSpans: false };
  return { sourceId: 'src-1', key, etag: 'e', size: 1, state: 'not-collected', delivery, ...changes };
}

const slots = async () => (await registry().deliveredSlots('src-1')).map(({ slot }) => slot - NOON);

test('a slot is as late as its last object, and has long records when one object has', async () => {
  await registry().setLedgerEntry(entry(NOON), NOON + 900);
  await registry().setLedgerEntry(
    entry(NOON, { delivery: { arrived: NOON + 950, hasLongSpans: true } }, '0b'),
    NOON + 950
  );
  await registry().setLedgerEntry(entry(NOON, {}, '0c'), NOON + 960);
  expect(await registry().deliveredSlots('src-1')).toEqual([
    { flowLog: 'fl-0a', account: '111122223333', slot: NOON, arrived: NOON + 950, hasLongSpans: true },
  ]);
  expect(await registry().deliveredSlots('src-2')).toEqual([]);
});

test('an object that will be tried again, a file, and one that AWS did not name tell of no slot', async () => {
  await registry().setLedgerEntry(entry(NOON, { state: 'refused' }), NOON + 900);
  await registry().setLedgerEntry(entry(NOON, { delivery: undefined }), NOON + 900);
  await registry().setLedgerEntry(entry(NOON, { key: 'a.log.gz' }), NOON + 900);
  expect(await slots()).toEqual([]);
});

test('a few hours are remembered, whatever comes first', async () => {
  await registry().setLedgerEntry(entry(NOON - REMEMBERED_SECONDS), NOON);
  await registry().setLedgerEntry(entry(NOON), NOON + 900);
  expect(await slots()).toEqual([-REMEMBERED_SECONDS, 0]);
  await registry().setLedgerEntry(entry(NOON + 300), NOON + 1200);
  await registry().setLedgerEntry(entry(NOON - REMEMBERED_SECONDS, {}, '0b'), NOON + 1200);
  expect(await slots()).toEqual([0, 300]);
});

test('a backlog from long ago tells nothing, and a flow log that stopped is forgotten after a day', async () => {
  await registry().setLedgerEntry(entry(NOON - FORGOTTEN_SECONDS), NOON + 900);
  expect(await slots()).toEqual([]);
  await registry().setLedgerEntry(entry(NOON), NOON + 900);
  await prune(registry(), NOON + 900 + FORGOTTEN_SECONDS - 1);
  expect(await slots()).toEqual([0]);
  await prune(registry(), NOON + 900 + FORGOTTEN_SECONDS);
  expect(await slots()).toEqual([]);
});
