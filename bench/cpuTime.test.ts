import { CAN_READ_CPU_TIME, CpuMeter, cpuSeconds, cpuSecondsIn } from './cpuTime';

const STAT =
  '417 (tmux: (server) x) S 1 417 417 0 -1 4194624 2161 0 5 0 1234 66 0 0 20 0 1 0 1540 9682944 1024 18446744073709551615';

it('adds up user and system time, whatever the name of the program', () => {
  expect(cpuSecondsIn(STAT)).toBe(13);
});

/** Uses CPU until this process is seen to have used so much. */
async function use(seconds: number): Promise<void> {
  const until = cpuSeconds(process.pid) + seconds;
  while (cpuSeconds(process.pid) < until) {
    Math.sqrt(until);
  }
}

(CAN_READ_CPU_TIME ? it : it.skip)('counts CPU time to the phase in which it is used', async () => {
  const meter = new CpuMeter<'own', 'busy' | 'more' | 'none'>({ own: process.pid });
  await meter.during('busy', () => use(0.1));
  await meter.during('busy', () => use(0.1));
  await meter.during('more', () => use(0.1));

  expect(meter.secondsOf('own', 'busy')).toBeGreaterThanOrEqual(0.19);
  expect(meter.secondsOf('own', 'more')).toBeGreaterThanOrEqual(0.09);
  expect(meter.secondsOf('own', 'none')).toBe(0);
});
