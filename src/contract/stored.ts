/**
 * Names and values in InfluxDB that both the sidecar (which writes them) and the reports (which read them) know. Without zod,
 * because the registry's thread and every command load this file.
 */

/** Stands for an identifier that does not apply (AWS writes it), or that the flow log does not carry. */
export const MISSING = '-';

/** The key under which measurements that keep the top K hold everything else. */
export const OTHER = 'other';

/** Keys that a measurement of the top K keeps by name, per interface and action, as long as the store has room. */
export const DEFAULT_TOP_K = 20;

/** Kinds of AWS things with an id that people know by a description: the tag `kind` of `aws_entity`. */
export const ENTITY_KINDS = ['interface', 'instance', 'subnet', 'vpc', 'account', 'address', 'application'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/**
 * The measurements of sums that every collected object feeds. A new one is an entry here, and a report over it one in
 * `src/reports/reports.ts`.
 *
 * - `keys`: its own tags, one or two, and the property of a record that each takes its values from: an entry of `DIMENSIONS`
 *   in `src/sidecar/records/dimensions.ts`. Every measurement also has the tags account, exporter, vpc, subnet, instance, interface, action.
 * - `topK`: only the top K keys per interface and action are kept by name; the rest is summed up as {@link OTHER}.
 * - `pairTag`: a tag made of both keys, for ranking pairs; it adds no series.
 * - `always`: written also when the flow log lacks the fields of its keys, which are `unknown` then.
 */
export const FLOW_MEASUREMENTS = [
  { name: 'flow_interface', keys: { direction: 'direction' }, topK: false, always: true },
  { name: 'flow_source', keys: { src: 'source' }, topK: true },
  { name: 'flow_destination', keys: { dst: 'destination' }, topK: true },
  { name: 'flow_pair', keys: { src: 'source', dst: 'destination' }, topK: true, pairTag: 'pair' },
  { name: 'flow_application', keys: { application: 'application' }, topK: true },
] as const;
export type FlowMeasurementName = (typeof FLOW_MEASUREMENTS)[number]['name'];

/** The action whose flows count as refused. */
export const REFUSED = 'REJECT';
