import { GROUP_TAGS, OTHER } from '../../contract/stored';
import { writeAddress } from '../records/address/address';
import { applicationText } from '../records/application';
import { dimensionOf, type Dimension } from './dimensions';
import type { DistinctFlows } from './distinctFlows';
import { escapeTag, writeText } from './lineProtocol';
import type { Measurement } from './measurements';

const ARROW = Buffer.from('\\ →\\ ');
const OTHER_BYTES = Buffer.from(OTHER);
/** Only texts that somebody chose may: identifiers never do. */
const NEEDS_ESCAPING = /^$|[,= \\]/;

/** A tag of a series: its text up to the value, and where the value comes from. */
interface Tag {
  readonly label: Buffer;
  readonly group?: (typeof GROUP_TAGS)[number];
  readonly dimension?: Dimension;
  /** The dimensions of a pair's source and destination. */
  readonly pair?: readonly [Dimension, Dimension];
  /** Whether `other` keeps its value. */
  readonly isKept: boolean;
}

/**
 * Writes measurement and tags of its points as line protocol: `flow_pair,account=…,dst=…`. Tags stand in the order of their
 * names, as InfluxDB sorts them.
 */
export class SeriesTags {
  private readonly name: Buffer;
  private readonly tags: readonly Tag[];

  constructor({ name, group, keys, kept = [], pair }: Measurement) {
    this.name = Buffer.from(name);
    const label = (tag: string) => Buffer.from(`,${tag}=`);
    const dimension = (tag: string) => dimensionOf(keys[tag]);
    const all: Record<string, Omit<Tag, 'label'>> = {};
    for (const tag of group ? GROUP_TAGS : []) {
      all[tag] = { group: tag, isKept: true };
    }
    for (const tag of Object.keys(keys)) {
      all[tag] = { dimension: dimension(tag), isKept: kept.includes(tag) };
    }
    if (pair) {
      all.pair = { pair: [dimension(pair[0]), dimension(pair[1])], isKept: false };
    }
    this.tags = Object.keys(all)
      .sort()
      .map((tag) => ({ ...all[tag], label: label(tag) }));
  }

  /**
   * Writes the series of a flow and application of a group; returns where it ends. `isOther`: of everything outside the top K
   * that is the same in the tags that `other` keeps.
   */
  write(target: Buffer, flows: DistinctFlows, flow: number, application: number, isOther: boolean): number {
    const { observer } = flows;
    let at = writeText(target, 0, this.name);
    for (const { label, group, dimension, pair, isKept } of this.tags) {
      at = writeText(target, at, label);
      if (group) {
        at += target.write(observer[group], at, 'latin1');
      } else if (isOther && !isKept) {
        at = writeText(target, at, OTHER_BYTES);
      } else if (dimension) {
        at = writeValue(target, at, dimension, flows, flow, application);
      } else {
        at = writeValue(target, at, pair![0], flows, flow, application);
        at = writeText(target, at, ARROW);
        at = writeValue(target, at, pair![1], flows, flow, application);
      }
    }
    return at;
  }
}

/** Writes the value of a dimension; returns where it ends. */
function writeValue(
  target: Buffer,
  at: number,
  dimension: Dimension,
  flows: DistinctFlows,
  flow: number,
  application: number
): number {
  const { column } = dimension;
  if (column === 'source' || column === 'destination') {
    return writeAddress(flows[column][flow], flows.tables.addresses, target, at);
  }
  const text = column === 'application' ? applicationText(application) : flows.text(flow, dimension);
  return at + target.write(NEEDS_ESCAPING.test(text) ? escapeTag(text) : text, at, 'latin1');
}
