import Table from 'cli-table3';

/** How figures of each unit read. */
const UNITS = {
  ms: (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`,
  s: (value: number) => `${value.toFixed(2)} s`,
  '×': (value: number) => `${value.toFixed(2)} ×`,
  '%': (value: number) => `${value.toFixed(0)} %`,
  MB: (value: number) => `${value.toFixed(0)} MB`,
  'objects/s': (value: number) => `${value.toFixed(0)} objects/s`,
  'records/s': (value: number) => `${Math.round(value).toLocaleString('en')} records/s`,
  'CPU-s': (value: number) => `${value.toFixed(1)} CPU-s`,
  points: (value: number) => value.toFixed(2),
  bytes: (value: number) => `${value.toFixed(0)} bytes`,
  rows: (value: number) => value.toLocaleString('en'),
  min: (value: number) => `${value.toFixed(0)} min`,
  interfaces: (value: number) => Math.round(value).toLocaleString('en'),
};

/** A measured or derived number, and what it may be at most or must be at least (see "Budgets" in the design). */
export interface Figure {
  readonly value: number;
  readonly unit: keyof typeof UNITS;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One program or case that was measured: a figure, or nothing, per column. */
export interface Row {
  readonly name: string;
  readonly figures: ReadonlyArray<Figure | undefined>;
}

/** What one measurement found. */
export interface Report {
  readonly name: string;
  /** What was measured, in a sentence. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Notes that are needed to understand the figures. */
  readonly notes: readonly string[];
}

/** Whether a figure keeps its budget; undefined when it has none. */
export function isMet({ value, atMost, atLeast }: Figure): boolean | undefined {
  if (atMost === undefined && atLeast === undefined) {
    return undefined;
  }
  return value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity);
}

function textOf(figure: Figure | undefined): string {
  if (!figure) {
    return '';
  }
  const { value, unit, atMost, atLeast } = figure;
  const text = UNITS[unit](value);
  const met = isMet(figure);
  if (met === undefined) {
    return text;
  }
  const sign = atMost === undefined ? '≥' : '≤';
  return `${text} (${sign} ${UNITS[unit]((atMost ?? atLeast)!)}: ${met ? 'met' : 'missed'})`;
}

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((name) => [name, ''])
);

/** A report for people: aligned text, each budget next to its figure. */
export function reportText({ name, title, columns, rows, notes }: Report): string {
  const table = new Table({
    head: ['', ...columns],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    chars: { ...NO_BORDERS, middle: '   ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  rows.forEach(({ name, figures }) => table.push([name, ...figures.map(textOf)]));
  const lines = table.toString().split('\n');
  return [`${name}: ${title}`, ...lines, ...notes.map((note) => `* ${note}`)].map((line) => line.trimEnd()).join('\n');
}

/** A report for programs: figures by row and column, each budget with whether it is met. */
export function reportJson({ name, title, columns, rows, notes }: Report) {
  const byColumn = (figures: Row['figures']) =>
    Object.fromEntries(
      figures.flatMap((figure, i) => (figure ? [[columns[i], { ...figure, isMet: isMet(figure) }] as const] : []))
    );
  return { name, title, rows: rows.map(({ name, figures }) => ({ name, ...byColumn(figures) })), notes };
}
