import { isTooFarOff, storeClock, StoreClock } from './storeClock';

/** Some moment, milliseconds. */
const NOW = Date.UTC(2026, 2, 3, 12);

let elapsed: number;
beforeEach(() => {
  elapsed = 5000;
  jest.spyOn(performance, 'now').mockImplementation(() => elapsed);
});
afterEach(() => jest.restoreAllMocks());

/** A clock that has heard, just now, from stores that are so many seconds behind; undefined: one that names no time. */
function clockOf(...behind: Array<number | undefined>): StoreClock {
  const clock = new StoreClock();
  behind.forEach((seconds) =>
    clock.hear(seconds === undefined ? undefined : new Date(NOW - seconds * 1000).toUTCString())
  );
  return clock;
}

describe("a store's clock", () => {
  it.each<[Array<number | undefined>, number | undefined]>([
    [[], undefined],
    [[undefined, undefined], undefined],
    [[40], 40],
    [[-40], -40],
    [[undefined, 40, undefined], 40],
    // Of two, the one that is nearer.
    [[-10, 400], -10],
    [[400, -10], -10],
    [[-400, 10], 10],
    // Of three, the middle one, however large.
    [[1000, 0, 1000], 1000],
    [[1000, 1000, 0], 1000],
    [[0, 0, 9], 0],
    [[9, 400, 80], 80],
    [[-9, -400, -80], -80],
    [[-80, 5, 400], 5],
    [[undefined, -10, 400], -10],
    // Older answers do not count.
    [[400, 400, 400, 0, 0], 0],
    [[0, 0, 0, 400, 400, 400], 400],
  ])('that is behind by %j seconds differs by %d', (behind, expected) => {
    expect(clockOf(...behind).difference(NOW)).toBe(expected);
  });

  it('goes on by itself, so that a jump of ours shows at once', () => {
    const clock = clockOf(40, 40, 40);
    elapsed += 60_000;
    expect(clock.difference(NOW + 60_000)).toBe(40);
    expect(clock.difference(NOW + 60_000 + 3_600_000)).toBe(3640);
    expect(clock.difference(NOW)).toBe(-20);
  });

  it('is sure after three answers, also of such that name no time or none that is one', () => {
    const clock = new StoreClock();
    const sure: boolean[] = [];
    for (const date of [undefined, 'yesterday', new Date(NOW).toUTCString(), undefined]) {
      clock.hear(date);
      sure.push(clock.isSure);
    }
    expect([sure, clock.heard]).toEqual([[false, false, true, true], 4]);
    expect(clock.difference(NOW)).toBe(0);
  });

  it('is one per client, and learns of each of its answers', async () => {
    type Layer = (next: () => Promise<unknown>) => (args: unknown) => Promise<unknown>;
    const clientOf = () => {
      const layers: Layer[] = [];
      return { layers, middlewareStack: { add: (layer: Layer) => void layers.push(layer) } };
    };
    const [client, other] = [clientOf(), clientOf()];
    const clock = storeClock(client);
    expect(storeClock(client)).toBe(clock);
    expect(storeClock(other)).not.toBe(clock);
    expect(client.layers).toHaveLength(1);
    const answers = [
      { response: { headers: { date: new Date(NOW - 7000).toUTCString() } } },
      { response: { headers: {} } },
      { response: {} },
    ];
    for (const answer of answers) {
      expect(await client.layers[0](() => Promise.resolve(answer))({})).toBe(answer);
    }
    expect([clock.heard, clock.difference(NOW)]).toEqual([3, 7]);
  });
});

it.each([
  [undefined, false],
  [0, false],
  [300, false],
  [301, true],
  [-300, false],
  [-301, true],
])('a difference of %d seconds is too large: %s', (difference, isTooLarge) => {
  expect(isTooFarOff(difference)).toBe(isTooLarge);
});
