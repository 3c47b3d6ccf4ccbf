import { NOON } from '../testing/reference/rollUp';
import { TrafficHistory } from './trafficHistory';

const MINUTE = 60;

/** A history of one series that has traffic in these minutes after NOON. */
function history(minutes: Iterable<number>): TrafficHistory {
  const made = new TrafficHistory();
  for (const minute of minutes) {
    made.add('eni-1', NOON + minute * MINUTE);
  }
  return made;
}

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

const stoppedAt = (made: TrafficHistory, minute: number) => made.stopped(NOON + minute * MINUTE);

describe('a series that stopped', () => {
  it('is zero for 45 minutes after steady traffic, and then nothing', () => {
    const made = history(range(0, 60));
    expect(stoppedAt(made, 59)).toEqual([]);
    expect(stoppedAt(made, 60)).toEqual(['eni-1']);
    expect(stoppedAt(made, 59 + 45)).toEqual(['eni-1']);
    expect(stoppedAt(made, 59 + 46)).toEqual([]);
  });

  it('is no other when its minutes come again, because reading them failed halfway', () => {
    const made = history([...range(0, 60), ...range(0, 60)]);
    expect(stoppedAt(made, 59 + 45)).toEqual(['eni-1']);
    const rare = history([...range(0, 60, 2), ...range(0, 60, 2)]);
    expect(stoppedAt(rare, 70)).toEqual([]);
  });

  it('is no longer zero once it goes on', () => {
    const made = history(range(0, 60));
    expect(stoppedAt(made, 70)).toEqual(['eni-1']);
    made.add('eni-1', NOON + 71 * MINUTE);
    expect(stoppedAt(made, 71)).toEqual([]);
  });

  it('was steady with traffic in 45 of the 60 minutes before, not with less', () => {
    expect(stoppedAt(history(range(15, 60)), 61)).toEqual(['eni-1']);
    expect(stoppedAt(history(range(16, 60)), 61)).toEqual([]);
    expect(stoppedAt(history(range(0, 240, 5)), 236)).toEqual([]);
  });

  it('counts a minute once', () => {
    expect(stoppedAt(history([...range(16, 60), 59]), 61)).toEqual([]);
  });
});
