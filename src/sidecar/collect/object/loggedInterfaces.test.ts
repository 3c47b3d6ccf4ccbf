import { FACT_BATCH_SIZE } from '../../registry/ownerFacts';
import type { LoggedInterface } from '../../rollup/summary';
import { NOON } from '../../testing/reference/rollUp';
import { LoggedInterfaces } from './loggedInterfaces';

let now: number;
let batches: string[][];
/** What the registry says that other flow logs log, too. */
let shared: string[];
let interfaces: LoggedInterfaces;
const registry = {
  noteLogged: (flowLog: string, logged: readonly LoggedInterface[], isDropped: boolean) => {
    batches.push(logged.map(({ interface: id, action }) => `${flowLog} ${id} ${action}${isDropped ? ' dropped' : ''}`));
    return Promise.resolve(shared);
  },
};
beforeEach(() => {
  now = NOON;
  batches = [];
  shared = [];
  interfaces = new LoggedInterfaces(registry, () => now);
});

const logged = (id: string, action = 'ACCEPT'): LoggedInterface => ({ interface: id, action, since: now, until: now });
const noted = async (flowLog: string, ids: readonly string[], isDropped = false) => {
  batches = [];
  await interfaces.note(
    flowLog,
    ids.map((id) => logged(id)),
    isDropped
  );
  return batches.flat();
};

it('are noted in batches, and nothing where there is none', async () => {
  const ids = Array.from({ length: 2 * FACT_BATCH_SIZE + 1 }, (_, i) => `eni-${i}`);
  await noted('fl-a', ids);
  expect(batches.map(({ length }) => length)).toEqual([FACT_BATCH_SIZE, FACT_BATCH_SIZE, 1]);
  expect(await noted('fl-a', [])).toEqual([]);
});

it('are noted once an hour of each flow log', async () => {
  expect(await noted('fl-a', ['eni-1'])).toEqual(['fl-a eni-1 ACCEPT']);
  now += 3599;
  expect(await noted('fl-a', ['eni-1', 'eni-2'])).toEqual(['fl-a eni-2 ACCEPT']);
  expect(await noted('fl-b', ['eni-1'])).toEqual(['fl-b eni-1 ACCEPT']);
  now += 1;
  expect(await noted('fl-a', ['eni-1'])).toEqual(['fl-a eni-1 ACCEPT']);
});

it('are noted with every object of any flow log while several log them', async () => {
  await noted('fl-a', ['eni-1', 'eni-2']);
  shared = ['eni-1 ACCEPT'];
  await noted('fl-b', ['eni-1']);
  for (const flowLog of ['fl-a', 'fl-b']) {
    expect(await noted(flowLog, ['eni-1'])).toEqual([`${flowLog} eni-1 ACCEPT`]);
  }
  expect(await noted('fl-a', ['eni-2'])).toEqual([]);
  shared = [];
  await noted('fl-a', ['eni-1']);
  expect(await noted('fl-a', ['eni-1'])).toEqual([]);
});

it('are noted with every object while their records are dropped', async () => {
  await noted('fl-a', ['eni-1']);
  for (let object = 0; object < 2; object++) {
    expect(await noted('fl-a', ['eni-1'], true)).toEqual(['fl-a eni-1 ACCEPT dropped']);
  }
});

it('are noted again after a failure, and where there are more than are remembered', async () => {
  const failing = { noteLogged: jest.fn(registry.noteLogged).mockRejectedValueOnce(new Error('locked')) };
  interfaces = new LoggedInterfaces(failing, () => now);
  await expect(noted('fl-a', ['eni-1'])).rejects.toThrow('locked');
  expect(await noted('fl-a', ['eni-1'])).toHaveLength(1);
  await noted(
    'fl-a',
    Array.from({ length: 100_002 }, (_, i) => `eni-${i}`)
  );
  expect(await noted('fl-a', ['eni-1'])).toHaveLength(1);
});
