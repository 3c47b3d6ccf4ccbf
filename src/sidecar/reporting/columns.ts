import { DIRECTIONS, FIGURES, heading, REFUSED_SHARE } from '../../reports/headings';
import type { MetricName } from '../../reports/metrics';
import type { Report } from '../../reports/reports';
import { columnKey, isNamed } from './names';

/** What the values of a column are: ids and names, or figures. */
export type ColumnKind = 'text' | 'bytes' | 'count' | 'bitRate' | 'share';

/** A column of a report's rows: its key in JSON and its heading. */
export interface ReportColumn {
  readonly key: string;
  readonly heading: string;
  readonly kind: ColumnKind;
  /** The key of the names of its ids, if they have names. */
  readonly nameKey?: string;
}

/** The columns of a report, in their order. `metric`: what it is ranked by, and what is split by direction. */
export function columnsOf(report: Report, metric: MetricName): ReportColumn[] {
  const figure = (key: string, title: string, kind: ColumnKind) => ({ key, heading: heading(report, title), kind });
  const ranked = metric === 'bytes' ? 'bytes' : 'count';
  return [
    ...report.columns.map((column) => {
      const key = columnKey(column);
      const { heading: title } = column;
      return { key, heading: title, kind: 'text' as const, ...(isNamed(column) && { nameKey: `${key}Name` }) };
    }),
    ...(report.directions
      ? [
          ...DIRECTIONS.map((direction) => figure(direction.name, direction.heading, ranked)),
          figure('refusedShare', REFUSED_SHARE, 'share'),
        ]
      : []),
    figure('bytes', FIGURES.bytes, 'bytes'),
    figure('bitsPerSecond', FIGURES.rate, 'bitRate'),
    figure('packets', FIGURES.packets, 'count'),
    figure('flows', FIGURES.flows, 'count'),
    figure('share', FIGURES.share, 'share'),
  ];
}
