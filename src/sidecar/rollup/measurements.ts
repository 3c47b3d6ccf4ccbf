import { addressText, compareAddresses } from '../records/address';
import { applicationText, CODE, DIRECTIONS, type Tables } from '../records/flowRecord';

/** A property of a record that a measurement can be keyed by: one integer per record, with its tag and text. */
export interface Dimension {
  readonly tag: string;
  /** Header fields without which the dimension says nothing. */
  readonly needs: readonly string[];
  /** Place in {@link FlowRecord.codes}. */
  readonly code: number;
  readonly text: (code: number, tables: Tables) => string;
  /** Orders two codes that tie in every metric. */
  readonly compare: (a: number, b: number, tables: Tables) => number;
}

const byNumber = (a: number, b: number) => a - b;

const address = (tag: string, field: string, code: number): Dimension => ({
  tag,
  needs: [field],
  code,
  text: (id, tables) => addressText(id, tables.addresses),
  compare: (a, b, tables) => compareAddresses(a, b, tables.addresses),
});

/** Every dimension a measurement may use. */
export const DIMENSIONS = {
  source: address('src', 'srcaddr', CODE.source),
  destination: address('dst', 'dstaddr', CODE.destination),
  application: {
    tag: 'application',
    needs: ['protocol', 'srcport', 'dstport'],
    code: CODE.application,
    text: applicationText,
    compare: byNumber,
  },
  direction: {
    tag: 'direction',
    needs: [],
    code: CODE.direction,
    text: (code) => DIRECTIONS[code],
    compare: byNumber,
  },
} satisfies Record<string, Dimension>;

/** Name of a dimension in {@link DIMENSIONS}. */
export type DimensionName = keyof typeof DIMENSIONS;

/** One InfluxDB measurement of sums. A new one is an entry here. */
export interface Measurement {
  readonly name: string;
  /** What it is keyed by besides the group's tags; one or two. */
  readonly dimensions: readonly [DimensionName] | readonly [DimensionName, DimensionName];
  /** Keep only the top K keys per interface and action, and sum up the rest as `other`. */
  readonly topK: boolean;
  /** A tag made of both dimensions, for ranking pairs; it adds no series. */
  readonly pairTag?: string;
}

/** The measurements of sums that every collected object feeds. */
export const MEASUREMENTS: readonly Measurement[] = [
  { name: 'flow_interface', dimensions: ['direction'], topK: false },
  { name: 'flow_source', dimensions: ['source'], topK: true },
  { name: 'flow_destination', dimensions: ['destination'], topK: true },
  { name: 'flow_pair', dimensions: ['source', 'destination'], topK: true, pairTag: 'pair' },
  { name: 'flow_application', dimensions: ['application'], topK: true },
];

/** The value of a top-K measurement's own tags for everything outside the top K. */
export const OTHER = 'other';

/** The measurements an object with these header columns can feed; the others are left out, not filled with gaps. */
export function measurementsFor(columns: readonly string[], table = MEASUREMENTS): readonly Measurement[] {
  return table.filter((measurement) =>
    measurement.dimensions.every((name) => DIMENSIONS[name].needs.every((field) => columns.includes(field)))
  );
}

/** Tags and values of a key of the measurement, ready for line protocol: `src=10.0.0.1,dst=…,pair=…`. */
export function keyTags(measurement: Measurement, values: readonly string[]): string {
  const tags = measurement.dimensions.map((name, i) => `${DIMENSIONS[name].tag}=${values[i]}`);
  if (measurement.pairTag) {
    const pair = values[0] === OTHER ? OTHER : values.join('\\ →\\ ');
    tags.push(`${measurement.pairTag}=${pair}`);
  }
  return tags.join(',');
}
