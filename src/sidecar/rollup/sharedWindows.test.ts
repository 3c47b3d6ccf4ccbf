import { NOON } from '../testing/reference/rollUp';
import { noteWindows, Overlaps, type LoggedWindows } from './sharedWindows';

/** An object: its flow log, the first and the last minute that it has records of, the action, and whether they are dropped. */
type Seen = readonly [flowLog: string, since: number, until: number, action?: string, isDropped?: boolean];

/** Which flow logs log the same once these objects of one interface were noted, in their order. */
function found(objects: readonly Seen[]): string[] {
  const known = new Map<string, LoggedWindows[]>();
  for (const [flowLog, since, until, action = 'ACCEPT', isDropped = false] of objects) {
    const windows = { action, since: NOON + 60 * since, until: NOON + 60 * until };
    const before = known.get(action) ?? [];
    const changed = noteWindows(before, flowLog, windows, isDropped);
    const kept = before.filter((one) => !changed.some((other) => other.flowLog === one.flowLog));
    known.set(action, [...kept, ...changed]);
  }
  const overlaps = new Overlaps();
  known.forEach((logged, action) => overlaps.add('eni-1', action, logged));
  return overlaps.list().map(({ flowLogs, actions, since, until }) => {
    const minutes = [since, until].map((time) => (time - NOON) / 60);
    return `${flowLogs.join('+')} ${actions.join()} ${minutes.join('–')}`;
  });
}

/** Five minutes after another, of each of these flow logs in turn. */
const inTurn = (slots: number, ...flowLogs: readonly string[]): Seen[] =>
  Array.from({ length: slots }, (_, slot) => flowLogs.map((id): Seen => [id, slot * 5, slot * 5 + 4])).flat();

describe('two flow logs over an interface', () => {
  it.each<[string, readonly Seen[], readonly string[]]>([
    ['are none while there is one, however many objects a slot has', [...inTurn(3, 'a'), ...inTurn(3, 'a')], []],
    ['are found with the second object of each', inTurn(2, 'a', 'b'), ['a+b ACCEPT 0–9']],
    [
      'are not found in a single slot, in which one takes the place of the other',
      [
        ['a', 0, 3],
        ['b', 3, 4],
      ],
      [],
    ],
    [
      'are not found where one took the place of the other',
      [
        ['a', 0, 4],
        ['a', 5, 8],
        ['b', 8, 9],
        ['b', 10, 14],
        ['b', 15, 19],
      ],
      [],
    ],
    ['are found whatever comes first', [...inTurn(3, 'b'), ...inTurn(3, 'a')], ['a+b ACCEPT 0–14']],
    ['are found newest first, as a backlog is worked off', [...inTurn(3, 'a', 'b')].reverse(), ['a+b ACCEPT 0–14']],
    ['are found when one sums up ten minutes', [...inTurn(4, 'a'), ['b', 0, 9], ['b', 10, 19]], ['a+b ACCEPT 0–19']],
    [
      'are not found where one logs what is accepted and the other one what is refused',
      inTurn(3, 'a', 'b').map(([id, since, until]): Seen => [id, since, until, id === 'a' ? 'ACCEPT' : 'REJECT']),
      [],
    ],
    [
      'are not found where neither says the action',
      inTurn(3, 'a', 'b').map(([id, since, until]): Seen => [id, since, until, '-']),
      [],
    ],
    [
      'are found by what both log, where one logs more',
      [...inTurn(3, 'a', 'b'), ...inTurn(3, 'a').map(([id, since, until]): Seen => [id, since, until, 'REJECT'])],
      ['a+b ACCEPT 0–14'],
    ],
    ['may be three', inTurn(2, 'a', 'b', 'c'), ['a+b ACCEPT 0–9', 'a+c ACCEPT 0–9', 'b+c ACCEPT 0–9']],
    [
      'count once where one of them is dropped',
      inTurn(3, 'a', 'b').map(([id, since, until]): Seen => [id, since, until, 'ACCEPT', id === 'b']),
      [],
    ],
    [
      'count twice again from when that ends',
      [
        ...inTurn(2, 'a', 'b'),
        ['b', 10, 14, 'ACCEPT', true],
        ['a', 10, 14],
        ['a', 15, 19],
        ['b', 15, 19],
        ['a', 20, 24],
        ['b', 20, 24],
      ],
      ['a+b ACCEPT 15–24'],
    ],
    [
      'begin anew after an hour of which they have nothing in common',
      [...inTurn(2, 'a', 'b'), ['a', 90, 94], ['b', 90, 94]],
      [],
    ],
    [
      'are not compared with what is older by far',
      [
        ['a', 0, 4],
        ['b', 0, 4],
        ['a', -500, -496],
        ['b', -500, -496],
      ],
      [],
    ],
  ])('%s', (_case, objects, expected) => {
    expect(found(objects)).toEqual(expected);
  });
});
