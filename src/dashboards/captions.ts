import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { COUNTED_TWICE, LOWER_BOUNDS } from '../reports/metrics';
import type { Report } from '../reports/reports';

/** What the report answers, and how its figures are to be read. */
export function caption(report: Report): PanelBuilder {
  const notes = report.lowerBounds ? `${COUNTED_TWICE} ${LOWER_BOUNDS}` : COUNTED_TWICE;
  return new PanelBuilder()
    .mode(TextMode.Markdown)
    .content(`**${report.question}** ${notes}`)
    .transparent(true)
    .height(2)
    .span(24);
}
