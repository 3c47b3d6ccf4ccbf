import pino from 'pino';
import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/rollUp';
import { writePolicyChoice } from '../store/schema';
import type { Collecting } from './context';
import { Descriptions } from './descriptions';

jest.mock('../store/schema');

const registry = registryForTests();
const by = { actor: 'x', now: NOON };

/** Nothing to read from: a sync is noted, and asks AWS nothing. */
function descriptions() {
  const entities = { publishAll: () => Promise.resolve() };
  return new Descriptions({ registry: registry(), entities } as unknown as Collecting, pino({ enabled: false }));
}

beforeEach(() => {
  delete process.env.AWS_REGION;
  delete process.env.AWS_DEFAULT_REGION;
  process.env.FLOWSCOPE_SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
  jest.mocked(writePolicyChoice).mockClear();
});

describe('descriptions', () => {
  it('are read at start', async () => {
    await descriptions().keepUp();
    expect((await registry().lastSync()).last).toBeDefined();
    expect(writePolicyChoice).toHaveBeenCalledTimes(1);
  });

  it('are not read unasked once that is switched off, while the rest of the hourly work goes on', async () => {
    await registry().setSyncSchedule(1, false, by);
    const kept = descriptions();
    await kept.keepUp();
    expect(await registry().lastSync()).toEqual({});
    expect(writePolicyChoice).toHaveBeenCalledTimes(1);

    await kept.keepUp();
    expect(writePolicyChoice).toHaveBeenCalledTimes(1);
    await kept.sync();
    expect((await registry().lastSync()).last).toBeDefined();
  });

  it('are read soon after that is switched on again', async () => {
    const clock = jest.spyOn(Date, 'now');
    await registry().setSyncSchedule(1, false, by);
    const kept = descriptions();
    await kept.keepUp();
    await registry().setSyncSchedule(2, true, by);
    clock.mockReturnValue(Date.now() + 300_000);
    await kept.keepUp();
    clock.mockRestore();
    expect((await registry().lastSync()).last).toBeDefined();
  });
});
