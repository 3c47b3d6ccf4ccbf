import type { Logger } from 'pino';
import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { syncEntities, syncOwners, type RegionSync } from '../entities/sync';
import { writePolicyChoice } from '../store/schema';
import type { Collecting } from '../service/context';
import { Housekeeping } from '../service/housekeeping';

jest.mock('../store/schema');
jest.mock('../entities/sync', () => ({
  ...jest.requireActual<object>('../entities/sync'),
  syncOwners: jest.fn(() => Promise.resolve()),
  syncEntities: jest.fn(jest.requireActual<{ syncEntities: typeof syncEntities }>('../entities/sync').syncEntities),
}));

const registry = registryForTests();
const by = { actor: 'x', now: NOON };

const said = jest.fn();
const log = { info: () => undefined, error: said } as unknown as Logger;

/** Nothing to read from: a sync is noted, and asks AWS nothing. */
function descriptions() {
  const entities = { publishAll: () => Promise.resolve(), publishNew: () => Promise.resolve() };
  const client = { query: () => Promise.resolve([]) };
  const tools = { registry: registry(), entities, client } as unknown as Collecting;
  return new Housekeeping(tools, log, new AbortController().signal);
}

beforeEach(() => {
  delete process.env.AWS_REGION;
  delete process.env.AWS_DEFAULT_REGION;
  process.env.FLOWSCOPE_SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
  jest.mocked(writePolicyChoice).mockClear();
});

describe('descriptions', () => {
  // The first: a key that was read is kept.
  it('are read while the key of secrets is damaged, which is the matter of accounts that have a secret', async () => {
    process.env.FLOWSCOPE_SECRET_KEY = 'damaged';
    expect((await descriptions().sync()).regions).toEqual([]);
    expect((await registry().lastSync()).last).toBeDefined();
  });

  it('are read at start', async () => {
    await descriptions().runDue();
    expect((await registry().lastSync()).last).toBeDefined();
    expect(writePolicyChoice).toHaveBeenCalledTimes(1);
  });

  it('are not read unasked once that is switched off, while the rest of the hourly work goes on', async () => {
    await registry().setSyncSchedule(1, false, by);
    const kept = descriptions();
    await kept.runDue();
    expect(await registry().lastSync()).toEqual({});
    expect(writePolicyChoice).toHaveBeenCalledTimes(1);

    await kept.runDue();
    expect(writePolicyChoice).toHaveBeenCalledTimes(1);
    await kept.sync();
    expect((await registry().lastSync()).last).toBeDefined();
  });

  it.each<[string, RegionSync['kinds'], number]>([
    ['an hour after a call was denied', { vpc: { found: 1, named: 1 } }, 3600],
    ['five minutes after nothing could be read', { account: { found: 1, named: 1 } }, 300],
  ])('are read again %s', async (_case, kinds, seconds) => {
    const regions = [{ account: 'shop', region: 'eu-west-1', kinds, error: 'ec2:DescribeSubnets is denied.' }];
    jest.mocked(syncEntities).mockResolvedValueOnce({ ok: false, regions, seconds: 1 });
    const clock = jest.spyOn(Date, 'now').mockReturnValue(NOON * 1000);
    const kept = descriptions();
    await kept.runDue();
    expect(kept.nextSync()).toBe(NOON + seconds);
    clock.mockReturnValue((NOON + seconds - 1) * 1000);
    await kept.runDue();
    expect((await registry().lastSync()).last).toBeUndefined();
    clock.mockReturnValue((NOON + seconds) * 1000);
    await kept.runDue();
    expect((await registry().lastSync()).last).toBeDefined();
    clock.mockRestore();
  });

  it('are read again soon after EC2 failed, without the rest of the hourly work', async () => {
    const regions = [{ account: 'shop', region: 'eu-west-1', kinds: {}, error: 'EC2 does not answer.' }];
    const failed = { ok: false, regions, seconds: 1 };
    jest.mocked(syncEntities).mockClear().mockResolvedValueOnce(failed).mockResolvedValueOnce(failed);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(NOON * 1000);
    const kept = descriptions();
    await kept.runDue();
    clock.mockReturnValue((NOON + 300) * 1000);
    await kept.runDue();
    expect([syncEntities, writePolicyChoice].map((work) => jest.mocked(work).mock.calls.length)).toEqual([2, 1]);
    clock.mockReturnValue((NOON + 3600) * 1000);
    await kept.runDue();
    expect([syncEntities, writePolicyChoice].map((work) => jest.mocked(work).mock.calls.length)).toEqual([3, 2]);
    clock.mockRestore();
  });

  it('are read though the rest of the hourly work failed, which is tried again soon', async () => {
    jest.mocked(syncEntities).mockClear();
    jest.mocked(writePolicyChoice).mockRejectedValueOnce(new Error('InfluxDB does not answer.'));
    const clock = jest.spyOn(Date, 'now').mockReturnValue(NOON * 1000);
    const kept = descriptions();
    await expect(kept.runDue()).rejects.toThrow('InfluxDB does not answer.');
    const calls = () => [syncEntities, writePolicyChoice].map((work) => jest.mocked(work).mock.calls.length);
    expect(calls()).toEqual([1, 1]);
    clock.mockReturnValue((NOON + 60) * 1000);
    await kept.runDue();
    expect(calls()).toEqual([1, 1]);
    clock.mockReturnValue((NOON + 300) * 1000);
    await kept.runDue();
    expect(calls()).toEqual([2, 2]);
    clock.mockRestore();
  });

  it('are read soon after that is switched on again', async () => {
    const clock = jest.spyOn(Date, 'now');
    await registry().setSyncSchedule(1, false, by);
    const kept = descriptions();
    await kept.runDue();
    await registry().setSyncSchedule(2, true, by);
    clock.mockReturnValue(Date.now() + 300_000);
    await kept.runDue();
    clock.mockRestore();
    expect((await registry().lastSync()).last).toBeDefined();
  });
});

describe('whose addresses there are', () => {
  const counts = () => [syncEntities, syncOwners].map((work) => jest.mocked(work).mock.calls.length);
  const complete = {
    ok: true,
    regions: [{ account: 'shop', region: 'eu-west-1', kinds: { vpc: { found: 1, named: 1 } } }],
  };
  let clock: jest.SpyInstance;
  beforeEach(() => {
    [said, jest.mocked(syncOwners)].forEach((mock) => mock.mockClear());
    jest
      .mocked(syncEntities)
      .mockClear()
      .mockResolvedValue({ ...complete, seconds: 1 });
    clock = jest.spyOn(Date, 'now').mockReturnValue(NOON * 1000);
  });
  afterEach(() => clock.mockRestore());

  /** What was asked for by each minute of an hour and a bit: descriptions, addresses alone. */
  async function runFor(kept: Housekeeping, minutes: number): Promise<number[][]> {
    const seen: number[][] = [];
    for (let minute = 0; minute <= minutes; minute++) {
      clock.mockReturnValue((NOON + minute * 60) * 1000);
      await kept.runDue();
      seen.push(counts());
    }
    return seen;
  }

  it('is read every five minutes, with the descriptions when these are due, and never twice', async () => {
    const seen = await runFor(descriptions(), 66);
    expect([seen[0], seen[4], seen[5], seen[9], seen[10]]).toEqual([
      [1, 0],
      [1, 0],
      [1, 1],
      [1, 1],
      [1, 2],
    ]);
    expect([seen[59], seen[60], seen[64], seen[65]]).toEqual([
      [1, 11],
      [2, 11],
      [2, 11],
      [2, 12],
    ]);
  });

  it('is not read soon after somebody asked for descriptions', async () => {
    const kept = descriptions();
    await runFor(kept, 4);
    await kept.sync();
    clock.mockReturnValue((NOON + 8 * 60) * 1000);
    await kept.runDue();
    expect(counts()).toEqual([2, 0]);
  });

  it('is not read unasked once that is switched off, and nothing waits for it', async () => {
    await registry().setSyncSchedule(1, false, by);
    const kept = descriptions();
    await runFor(kept, 10);
    expect(counts()).toEqual([0, 0]);
    await kept.firstSync;
  });

  it('holds nothing up when it cannot be read', async () => {
    jest.mocked(syncEntities).mockReset().mockRejectedValueOnce(new Error('InfluxDB does not answer.'));
    const kept = descriptions();
    await expect(kept.runDue()).rejects.toThrow('InfluxDB does not answer.');
    await kept.firstSync;
  });

  it('is said to fail once, and again with the descriptions', async () => {
    const failed: RegionSync = { account: 'shop', region: 'eu-west-1', kinds: {}, error: 'EC2 does not answer.' };
    jest.mocked(syncOwners).mockImplementation(async (_registry, _signInOf, onRegion) => onRegion(failed));
    const kept = descriptions();
    await runFor(kept, 30);
    expect(said).toHaveBeenCalledTimes(1);
    expect(said).toHaveBeenCalledWith({ account: 'shop', region: 'eu-west-1' }, 'EC2 does not answer.');
    jest.mocked(syncEntities).mockImplementationOnce(async (_registry, _publisher, _signInOf, onRegion) => {
      onRegion!({ ...failed, state: 'done', of: 1 });
      return { ok: false, regions: [failed], seconds: 1 };
    });
    await kept.sync();
    expect(said).toHaveBeenCalledTimes(2);
  });
});
