import { CodeLanguage, CodeOptionsBuilder, PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { COUNTED_TWICE, LOWER_BOUNDS } from '../reports/metrics';
import type { Report } from '../reports/reports';
import { shownFilters } from './scopes';
import { filterVar, GRAFANA, VARS } from './vars';

/** What the report answers, and how its figures are to be read. */
export function caption(report: Report): PanelBuilder {
  const notes = report.lowerBounds ? `${COUNTED_TWICE} ${LOWER_BOUNDS}` : COUNTED_TWICE;
  return new PanelBuilder()
    .mode(TextMode.Markdown)
    .content(`**${report.question}** ${notes}`)
    .transparent(true)
    .height(report.lowerBounds ? 3 : 2)
    .span(24);
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
