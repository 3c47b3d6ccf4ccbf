import { locationUtil } from '@grafana/data';
import type { z } from 'zod';

import { exporterPlace, exporterTitle, type exporter, type exporterPage } from '../../../contract/exporters';
import { reportNamed } from '../../../reports/reports';
import type { RecordHealth } from '../../components/HealthBadge';

export type Exporter = z.infer<typeof exporter>;
/** All exporters, and the state of the limit. */
export type AllExporters = Omit<z.infer<typeof exporterPage>, 'next'>;

/** An exporter as the table shows and sorts it. */
export interface ExporterRow extends Exporter {
  readonly title: string;
  /** Shown below the title: its name in AWS and its id, unless they are the title. */
  readonly below: string;
  /** The description of its VPC; empty if there is none or it is unknown. */
  readonly vpc: string;
}

/** The address of the report of its interfaces. */
export const reportOf = ({ id }: Exporter) =>
  locationUtil.assureBaseUrl(
    `/d/${reportNamed('interface')!.uid}?var-exporter=${encodeURIComponent(exporterPlace(id))}`
  );

export function toRow(exporter: Exporter): ExporterRow {
  const { alias, name, id, from } = exporter;
  const title = exporterTitle(exporter);
  const isNameShown = alias === undefined || from === 'vpc';
  const below = [!isNameShown && name, title !== exporterPlace(id) && exporterPlace(id)].filter(Boolean).join(' · ');
  return { ...exporter, title, below, vpc: from === 'vpc' ? (name ?? '') : '' };
}

/** Rows of that health whose alias, name, id or account name contains the text, ignoring case. */
export function filterRows(
  rows: readonly ExporterRow[],
  search: string,
  health: RecordHealth | undefined
): ExporterRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (health === undefined || row.health === health) &&
      [row.alias, row.name, row.id, row.accountName].some((text) => text?.toLowerCase().includes(wanted))
  );
}

export interface Sort {
  readonly id: string;
  readonly desc?: boolean;
}

const isEmpty = (value: unknown) => value === '' || value === undefined;

const collator = new Intl.Collator(undefined, { numeric: true });

/** Sorts by a column, then by title. Empty values come last in both directions. */
export function sortRows(rows: readonly ExporterRow[], { id, desc = false }: Sort): ExporterRow[] {
  const column = id as keyof ExporterRow;
  return [...rows].sort((a, b) => {
    const [left, right] = [a[column], b[column]];
    if (left === right) {
      return collator.compare(a.title, b.title);
    }
    if (isEmpty(left) || isEmpty(right)) {
      return isEmpty(left) ? 1 : -1;
    }
    const order = typeof left === 'string' ? collator.compare(left, String(right)) : Number(left) - Number(right);
    return desc ? -order : order;
  });
}

/** `shop, mail and 3 more` */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most);
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}
