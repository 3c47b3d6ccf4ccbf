import { CustomVariableBuilder, VariableHide } from '@grafana/grafana-foundation-sdk/dashboard';
import { completeQuery } from '../reports/collection';
import { filterNamed, type FilterName } from '../reports/filters';
import { OVERVIEW } from '../reports/overview';
import {
  daysAgoQuery,
  intervalQuery,
  lastWindowQuery,
  numberQuery,
  periodsBoundaryQuery,
  perSecondQuery,
  shiftQuery,
  windowQuery,
  windowStartQuery,
  type Periods,
} from '../reports/periods';
import type { Scope } from '../reports/queries';
import { PLACE } from '../reports/reports';
import { filterCondition } from './scopes';
import { choice, filterVariable, hidden, inMenu, type Variable } from './variables';
import { GRAFANA, variable } from './vars';

/** What the range may be compared with: the same time of day, so many days ago. */
const AGAINST = { 1: 'the same time yesterday', 7: 'the same time last week' } as const;

/** Variables of dashboards that compare the range with the same time some days ago. */
export const COMPARED = {
  /** In the bar: how many days ago. */
  days: variable('against'),
  /** Up to when the data of all sources is complete: Unix milliseconds, 0 if unknown. */
  complete: variable('complete_until'),
  /** So many times 24 hours before the range. */
  ago: variable('ago'),
  /** Milliseconds of the windows that both periods consist of. */
  window: variable('window'),
  /** From when on both periods are read from `minute`: Unix milliseconds, 0 for `minute` alone. */
  boundary: variable('boundary'),
  /** Milliseconds back to the same time of day then. */
  shift: variable('shift'),
  /** The period now: Unix milliseconds, of whole windows that are complete. */
  start: variable('start'),
  end: variable('end'),
  /** The start of the period then. */
  then: variable('then_start'),
  /** Milliseconds between the points of charts. */
  interval: variable('interval'),
  /** By what a sum of an interval is multiplied to be one per second. */
  perSecond: variable('per_second'),
} as const;

const { days, complete, ago, window, boundary, shift, start, end, then, interval, perSecond } = COMPARED;

/** About how many points a chart has. */
const POINTS = 300;

/** What clocks on the wall show: Grafana fills in the time zone of the browser, in which dashboards are shown. */
const clockAt = (name: string) => ({ hour: `\${${name}:date:H}`, minute: `\${${name}:date:m}` });

/** The choice of what to compare with, and what follows from it. `fixed`: there is no choice. */
export function comparingVariables(fixed = false): Variable[] {
  const range = { from: GRAFANA.from, to: GRAFANA.to, ago: ago.number };
  return [
    fixed ? fixedDays() : choice(days, 'Compare with', Object.keys(AGAINST), '1', AGAINST),
    hidden(complete, completeQuery('complete')),
    hidden(ago, daysAgoQuery(GRAFANA.from, days.braced)),
    hidden(window, windowQuery(range)),
    hidden(boundary, periodsBoundaryQuery(range)),
    hidden(shift, shiftQuery(days.braced, clockAt('__from'), clockAt(ago.name), window.braced)),
    hidden(start, windowStartQuery(GRAFANA.from, window.braced)),
    hidden(end, lastWindowQuery(GRAFANA.to, complete.number, window.braced)),
    hidden(then, numberQuery(`${start.braced} - ${shift.braced}`)),
    hidden(interval, intervalQuery(start.braced, end.braced, window.braced, POINTS)),
    hidden(perSecond, perSecondQuery(interval.braced)),
  ];
}

function fixedDays(): Variable {
  const value = Object.keys(AGAINST)[0];
  return new CustomVariableBuilder(days.name)
    .values(value)
    .options([{ text: value, value, selected: true }])
    .hide(VariableHide.HideVariable)
    .current({ text: value, value });
}

/** What follows from the range alone, for dashboards that do not compare it: all but the period then. It goes up to now. */
export function rangeVariables(): Variable[] {
  const range = { from: GRAFANA.from, to: GRAFANA.to, ago: GRAFANA.from };
  return [
    hidden(window, windowQuery(range)),
    hidden(boundary, periodsBoundaryQuery(range)),
    hidden(start, windowStartQuery(GRAFANA.from, window.braced)),
    hidden(interval, intervalQuery(start.braced, GRAFANA.to, window.braced, POINTS)),
    hidden(perSecond, perSecondQuery(interval.braced)),
  ];
}

/** The range, from the start of a window on. */
export function wholeRange(where: readonly string[]): Scope {
  return { boundary: boundary.number, from: start.braced, to: GRAFANA.to, where };
}

/** Both periods. */
export function periods(where: readonly string[]): Periods {
  const now = { boundary: boundary.number, from: start.braced, to: end.braced, where };
  return { now, then: { ...now, from: then.braced, to: `${now.to}ms - ${shift.braced}` } };
}

/** A sum as a value per second. */
export function perSecondOf(sum: string): string {
  return `${sum} * 0${perSecond.braced}`;
}

/** Filters by place, of which the wider ones are in the bar. */
export function placeVariables(): Variable[] {
  return PLACE.map((name) => {
    const filter = filterVariable(OVERVIEW, filterNamed(name));
    return IN_BAR.includes(name) ? filter : inMenu(filter);
  });
}
const IN_BAR: readonly FilterName[] = ['account', 'vpc'];

/** What they leave. */
export const IN_CHOSEN_PLACE: readonly string[] = PLACE.map((name) => filterCondition(OVERVIEW, name));
