import { CodeLanguage, CodeOptionsBuilder, PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { COUNTED, filterNamed } from '../reports/filters';
import {
  COUNTED_ONCE,
  COUNTED_PER_HOP,
  COUNTED_TWICE,
  FILTERED_PAIRS,
  LOWER_BOUNDS,
  OVERVIEW_COUNTED,
} from '../reports/metrics';
import { hasEnds } from '../reports/queries';
import type { Report } from '../reports/reports';
import { shownFilters } from './scopes';
import { filterVar, GRAFANA, VARS } from './vars';

/** What a report answers, and how its figures are to be read: behind the i beside the title of a dashboard. */
export function caption(report: Report): string {
  return [report.question, ...countingNotes(report)].join(' ');
}

/** How the figures of a report are to be read. */
export function countingNotes(report: Report): string[] {
  return [...countedHow(report), ...(report.lowerBounds ? [LOWER_BOUNDS] : [])];
}

function countedHow({ measurement, countsOnce }: Report): readonly string[] {
  if (countsOnce) {
    return OVERVIEW_COUNTED;
  }
  if (!hasEnds(measurement)) {
    return [COUNTED_TWICE];
  }
  const { heading, name } = filterNamed('counted');
  const choices = [
    [COUNTED.once, COUNTED_ONCE],
    [COUNTED.again, COUNTED_TWICE],
  ];
  const explained = choices.map(([choice, note]) => `_${choice}_: ${note}`).join(' ');
  return [`${heading} **${filterVar(name).text}**. ${explained}`, COUNTED_PER_HOP, FILTERED_PAIRS];
}

/** The report as a command, with everything that is chosen. */
export function command(report: Report): PanelBuilder {
  const chosen = [...shownFilters(report).map(filterVar), VARS.metric, VARS.top].map(({ queryparam }) => queryparam);
  const address = [`from=${GRAFANA.from}`, `to=${GRAFANA.to}`, ...chosen].join('&');
  return new PanelBuilder()
    .title('Copy as command')
    .mode(TextMode.Code)
    .code(new CodeOptionsBuilder().language(CodeLanguage.Plaintext).showLineNumbers(false).showMiniMap(false))
    .content(`flowscope report ${report.name} --address '${address}'`)
    .height(4)
    .span(24);
}
