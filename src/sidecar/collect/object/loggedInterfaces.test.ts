import { FACT_BATCH_SIZE } from '../../registry/ownerFacts';
import { openRegistry } from '../../registry/registry';
import type { LoggedInterface } from '../../rollup/summary';
import { NOON } from '../../testing/reference/rollUp';
import { LoggedInterfaces } from './loggedInterfaces';

let now: number;
let batches: string[][];
/** What the registry says that other flow logs log, too. */
let shared: Record<string, string[]>;
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
  shared = {};
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
  shared = { 'eni-1 ACCEPT': ['fl-a'] };
  await noted('fl-b', ['eni-1']);
  for (const flowLog of ['fl-a', 'fl-b']) {
    expect(await noted(flowLog, ['eni-1'])).toEqual([`${flowLog} eni-1 ACCEPT`]);
  }
  expect(await noted('fl-a', ['eni-2'])).toEqual([]);
  shared = {};
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

describe('two flow logs that log the same', () => {
  const orders = (objects: readonly string[]): string[][] =>
    objects.length === 0
      ? [[]]
      : objects.flatMap((one) => orders(objects.filter((other) => other !== one)).map((rest) => [one, ...rest]));

  it('are found by two objects of each, in whatever order these come, one by one or all at once', async () => {
    const found = [];
    for (const order of orders(['fl-a 0', 'fl-a 1', 'fl-b 0', 'fl-b 1'])) {
      for (const atOnce of [false, true]) {
        const real = openRegistry(':memory:');
        interfaces = new LoggedInterfaces(real, () => now);
        const notes = order.map((object) => () => {
          const [flowLog, slot] = object.split(' ');
          const since = NOON + 300 * Number(slot);
          return interfaces.note(flowLog, [{ interface: 'eni-1', action: 'ACCEPT', since, until: since + 240 }], false);
        });
        if (atOnce) {
          await Promise.all(notes.map((note) => note()));
        } else {
          for (const note of notes) {
            await note();
          }
        }
        const { overlaps } = await real.findInFlowLogs(now);
        found.push([order.join(), atOnce, overlaps.length]);
        await real.close();
      }
    }
    expect(found.filter(([, , overlaps]) => overlaps !== 1)).toEqual([]);
    expect(found).toHaveLength(48);
  });
});

it('with a space in a name are none that AWS writes', async () => {
  expect(await noted('fl-a', ['eni 1'])).toEqual([]);
});
