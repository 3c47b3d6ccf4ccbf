import type { LoggedInterface } from '../rollup/summary';
import { NOON, TERMS } from '../testing/reference/rollUp';
import { exporter, hashOf, proposal, registryForTests } from '../testing/registry';
import { RegistryError } from './errors';
import { IDLE_SECONDS } from './exporters';
import { prune } from './prune';

const registry = registryForTests();

const HOUR = 3600;
const SLOT = 300;
const FIELDS = { 'fl-a': ['start', 'action', 'tcp-flags'], 'fl-b': ['start', 'action', 'vpc-id'] };
type Id = keyof typeof FIELDS;
let objects = 0;

interface Stored {
  readonly records?: number;
  readonly actions?: readonly string[];
  readonly hasLongSpans?: boolean;
  readonly now?: number;
  readonly slot?: number;
}

/** Collects an object of a flow log as the registry decides; returns whether it is dropped. */
async function collect(id: Id, stored: Stored = {}): Promise<boolean> {
  const { records = 5, actions = ['ACCEPT'], hasLongSpans = false, now = NOON, slot = now } = stored;
  const isFlowLogDisabled = (await registry().disabledFlowLogs()).includes(id);
  const name = `${++objects}.log.gz`;
  const exporters = isFlowLogDisabled ? [] : [exporter('1/vpc-1')];
  const flowLog = { id, account: '1', region: 'eu-west-1', columns: FIELDS[id] };
  const terms = { ...TERMS, fileTime: slot, isFlowLogDisabled };
  const granted = await registry().grantPlan(
    proposal({ identity: name, sha256: hashOf(name), exporters, hours: [], terms, flowLog }),
    now
  );
  const { id: planId } = (granted as { plan: { id: number } }).plan;
  const storeId = await registry().fillStore(undefined, undefined, now);
  const entry = { sourceId: 'src-1', key: name, etag: 'e', size: 1, state: 'stored' as const, planId };
  const object = { planId, storeId, hours: [], exporters: {}, entry, flowLog: { id, records, actions, hasLongSpans } };
  await registry().recordStored(object, now);
  // A replay after a crash: it was noted before.
  await registry().recordStored(object, now);
  return isFlowLogDisabled;
}

/** Notes a slot of five minutes of interfaces, given as `eni-1 ACCEPT`. */
async function log(id: string, slot: number, ...keys: readonly string[]): Promise<void> {
  const isDropped = (await registry().disabledFlowLogs()).includes(id);
  const logged = keys.map((key): LoggedInterface => {
    const [eni, action] = key.split(' ');
    const since = NOON + slot * SLOT;
    return { interface: eni, action, since, until: since + 240 };
  });
  await registry().noteLogged(id, logged, isDropped, NOON + slot * SLOT + 720);
}

/** Compares flow logs some slots later; what is found. */
async function compare(slot: number) {
  const findings = await registry().findInFlowLogs(NOON + slot * SLOT + 720);
  await registry().recordFlowLogFindings(findings);
  return registry().flowLogFindings();
}

const SHARED = ['eni-1 ACCEPT', 'eni-2 ACCEPT'];

describe('a flow log', () => {
  it('is known from its first object on, with what came from it', async () => {
    await collect('fl-a', { slot: NOON - SLOT });
    await collect('fl-a', { records: 7, actions: ['REJECT'], hasLongSpans: true, now: NOON + 90, slot: NOON });
    await collect('fl-a', { records: 3, actions: [], now: NOON + 90, slot: NOON });
    const { version, flowLogs } = await registry().flowLogOverview(NOON + 90);
    expect({ version, flowLogs }).toEqual({
      version: 1,
      flowLogs: [
        {
          ...{ id: 'fl-a', account: '1', region: 'eu-west-1', columns: FIELDS['fl-a'], interval: 600 },
          ...{ actions: ['ACCEPT', 'REJECT'], firstSeen: NOON, lastSeen: NOON + 90, records: 15 },
          ...{ recordsPerMinute: 15 / (390 / 60), enabled: true, health: 'receiving' },
        },
      ],
    });
    expect(await registry().flowLogRegions()).toEqual(['eu-west-1']);
  });

  it.each([
    ['receiving', 0],
    ['late', 1200],
    ['silent', HOUR],
    ['idle', IDLE_SECONDS],
  ])('is %s %d seconds later, and disabled whatever comes', async (health, later) => {
    await collect('fl-a', { slot: NOON - SLOT });
    const healthOf = async () => (await registry().flowLogOverview(NOON + later)).flowLogs[0].health;
    expect(await healthOf()).toBe(health);
    await registry().enableFlowLogs(['fl-a'], false);
    expect(await healthOf()).toBe('disabled');
  });

  it('is dropped while it is disabled, and its records are still seen', async () => {
    await collect('fl-a');
    await registry().enableFlowLogs(['fl-a'], false);
    expect(await collect('fl-a')).toBe(true);
    expect(await collect('fl-b')).toBe(false);
    expect((await registry().flowLogOverview(NOON)).flowLogs).toMatchObject([
      { id: 'fl-a', records: 10, enabled: false },
      { id: 'fl-b', records: 5, enabled: true },
    ]);
    await registry().enableFlowLogs(['fl-a'], true);
    expect(await collect('fl-a')).toBe(false);
  });

  it('is asked about again where it was decided on otherwise', async () => {
    await collect('fl-a');
    const wanted = proposal({
      ...{ identity: 'x', sha256: hashOf('x'), exporters: [], hours: [] },
      flowLog: { id: 'fl-a', account: '1', region: 'eu-west-1', columns: [] },
    });
    await registry().enableFlowLogs(['fl-a'], false);
    expect(await registry().grantPlan(wanted, NOON)).toEqual({ outcome: 'changed' });
    const dropped = { ...wanted, terms: { ...wanted.terms, isFlowLogDisabled: true } };
    expect(await registry().grantPlan(dropped, NOON)).toMatchObject({ outcome: 'granted' });
    // What was planned stays so.
    await registry().enableFlowLogs(['fl-a'], true);
    expect(await registry().findPlan('x')).toMatchObject({ terms: { isFlowLogDisabled: true } });
    // An object whose name says no flow log is never dropped.
    const unnamed = { ...dropped, identity: 'y', sha256: hashOf('y'), flowLog: undefined };
    expect(await registry().grantPlan(unnamed, NOON)).toEqual({ outcome: 'changed' });
  });

  it('that is unknown cannot be disabled, nor can those named beside it; changes are noted, one at a time', async () => {
    await collect('fl-a');
    const disabling = registry().enableFlowLogs(['fl-a', 'fl-9'], false);
    await expect(disabling).rejects.toThrow(RegistryError);
    await expect(disabling).rejects.toThrow(/no flow log fl-9 .*nothing was changed.*flowscope flow-log list/);
    const by = { actor: 'Ada', now: NOON };
    expect(await registry().changeFlowLogs(1, { ids: ['fl-a'], enabled: false }, by)).toBe(2);
    await expect(registry().changeFlowLogs(1, { ids: ['fl-a'], enabled: true }, by)).rejects.toThrow(
      'The list of flow logs was changed'
    );
    expect((await registry().listChanges(9)).items).toMatchObject([
      { actor: 'Ada', action: 'flow-log.disable', target: '1 flow log', details: { ids: ['fl-a'] } },
    ]);
  });
});

describe('two flow logs over the same interfaces', () => {
  beforeEach(async () => {
    await collect('fl-a', { actions: ['ACCEPT', 'REJECT'] });
    await collect('fl-b');
  });

  it('are found with what only one of them has, and told until one is disabled', async () => {
    for (const slot of [0, 1]) {
      expect((await compare(slot)).overlaps).toEqual([]);
      await log('fl-a', slot, ...SHARED, 'eni-1 REJECT', 'eni-3 ACCEPT');
      await log('fl-b', slot, ...SHARED);
    }
    expect(await compare(1)).toEqual({
      overlaps: [
        {
          ...{ flowLogs: ['fl-a', 'fl-b'], interfaces: 2, examples: ['eni-1', 'eni-2'], actions: ['ACCEPT'] },
          ...{ since: NOON, until: NOON + SLOT + 240 },
          only: [
            { fields: ['tcp-flags'], actions: ['REJECT'], interfaces: 1, examples: ['eni-3'] },
            { fields: ['vpc-id'], actions: [], interfaces: 0, examples: [] },
          ],
        },
      ],
      leftOut: [],
    });
    await registry().enableFlowLogs(['fl-b'], false);
    expect(await registry().flowLogFindings()).toEqual({ overlaps: [], leftOut: [] });
    await log('fl-a', 2, ...SHARED);
    await log('fl-b', 2, ...SHARED);
    expect(await compare(2)).toEqual({ overlaps: [], leftOut: [] });
  });

  it.each([
    ['half an hour after one stopped', 6, 1],
    ['an hour after', 13, 0],
  ])('are told %s: %d slots later', async (_when, slots, overlaps) => {
    for (let slot = 0; slot <= slots; slot++) {
      await log('fl-a', slot, ...SHARED);
      await (slot < 2 && log('fl-b', slot, ...SHARED));
    }
    expect((await compare(slots)).overlaps).toHaveLength(overlaps);
  });

  it('are found again once both are enabled again, from then on', async () => {
    for (const slot of [0, 1, 2, 3, 4, 5]) {
      await registry().enableFlowLogs(['fl-b'], slot !== 2 && slot !== 3);
      await log('fl-a', slot, ...SHARED);
      await log('fl-b', slot, ...SHARED);
    }
    expect((await compare(5)).overlaps).toMatchObject([{ since: NOON + 4 * SLOT, until: NOON + 5 * SLOT + 240 }]);
  });

  it('says what is left out since only a disabled one logs it', async () => {
    await registry().enableFlowLogs(['fl-a'], false);
    await log('fl-a', 0, 'eni-1 ACCEPT', 'eni-1 REJECT', 'eni-2 ACCEPT', 'eni-3 ACCEPT', 'eni-4 -');
    // Whatever the action is, it may be what the other one says.
    await log('fl-b', 0, 'eni-1 ACCEPT', 'eni-2 -', 'eni-4 ACCEPT');
    await log('fl-a', 1, 'eni-3 ACCEPT');
    const times = { since: NOON, until: NOON + SLOT + 240 };
    expect((await compare(1)).leftOut).toEqual([
      { flowLog: 'fl-a', interfaces: 2, examples: ['eni-1', 'eni-3'], ...times },
    ]);
    await registry().enableFlowLogs(['fl-a'], true);
    expect((await registry().flowLogFindings()).leftOut).toEqual([]);
  });

  it('are known to go on until the newest records of each, though that is noted once an hour', async () => {
    await log('fl-a', 0, 'eni-1 ACCEPT');
    await collect('fl-a', { now: NOON + 8 * SLOT, slot: NOON + 6 * SLOT });
    const key = [{ interface: 'eni-1', action: 'ACCEPT' }];
    const untilAt = async (now: number) => (await registry().loggedWindows(key, now))[0].map(({ until }) => until);
    expect(await untilAt(NOON + 8 * SLOT)).toEqual([NOON + 7 * SLOT]);
    expect(await untilAt(NOON + 720 + HOUR)).toEqual([NOON + 240]);
    expect(await untilAt(NOON + 720 + 2 * HOUR)).toEqual([]);
  });

  it('are forgotten a day after they were last seen', async () => {
    const key = [{ interface: 'eni-1', action: 'ACCEPT' }];
    await log('fl-a', 0, ...SHARED);
    await log('fl-b', 12, ...SHARED);
    const known = async () => (await registry().loggedWindows(key, NOON + 720))[0].map(({ flowLog }) => flowLog);
    await prune(registry(), NOON + 720 + 86_399);
    expect(await known()).toEqual(['fl-a', 'fl-b']);
    await prune(registry(), NOON + 720 + 86_400);
    expect(await known()).toEqual(['fl-b']);
  });
});
