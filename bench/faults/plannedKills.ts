import type { Random } from '../../src/sidecar/generate/random';
import type { Call } from './calls';
import { callsOf, influxdbCallsOf, type Scenario } from './scenarios';

/** Who is killed. */
export type Victim = 'sidecar' | 'InfluxDB' | 'both';

/** A kill that is to be. */
export interface PlannedKill {
  readonly victim: Victim;
  /** At which kind of request; undefined: at some moment. */
  readonly call?: Call;
  /** At the how manieth such request of a run; where a run makes fewer, at the first of the next. */
  readonly nth: number;
  /** So long after the start where it is at some moment, milliseconds. */
  readonly afterMs: number;
  /** Whether the request that is under way reaches its server. */
  readonly isPassed: boolean;
}

/** Kills at some moment, in each round. */
const AT_SOME_MOMENT: readonly Victim[] = ['sidecar', 'sidecar', 'InfluxDB', 'both'];
const MAX_NTH = 3;
/** Most runs of the sidecar take no longer. */
const MAX_AFTER_MS = 1500;

/** The kills of a round, in random order: the sidecar at each kind of request, InfluxDB at each of its own, and some at some moment. */
export function plannedKillsOf(scenario: Scenario, random: Random): PlannedKill[] {
  const plannedKill = (victim: Victim, call?: Call): PlannedKill => ({
    ...{ victim, call, nth: 1 + random.below(MAX_NTH), afterMs: random.below(MAX_AFTER_MS) },
    isPassed: random.below(2) === 0,
  });
  const ofSidecar = callsOf(scenario).map((call) => plannedKill('sidecar', call));
  if (scenario.isHeld) {
    return ofSidecar;
  }
  const ofInfluxdb = influxdbCallsOf(scenario).map((call) => plannedKill('InfluxDB', call));
  return shuffled([...ofSidecar, ...ofInfluxdb, ...AT_SOME_MOMENT.map((victim) => plannedKill(victim))], random);
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((value) => ({ value, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
