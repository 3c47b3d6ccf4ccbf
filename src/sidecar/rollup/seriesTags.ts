import { GROUP_TAGS, OTHER } from '../../contract/stored';
import { writeAddress } from '../records/address/address';
import { applicationText } from '../records/application';
import { dimensionOf, type Dimension } from './dimensions';
import type { DistinctFlows } from './distinctFlows';
import { sideOf } from './keyDimensions';
import { escapeTag, writeText } from './lineProtocol';
import type { Measurement } from './measurements';

const ARROW = Buffer.from('\\ →\\ ');
const OTHER_BYTES = Buffer.from(OTHER);
/** Only texts that somebody chose may: identifiers never do. */
const NEEDS_ESCAPING = /^$|[,= \\]/;
/** Maximum length of what the series of a group share: identifiers, each shorter than a kilobyte, and names of tags. */
const SHARED_BYTES = 8 * 1024;
/** How many applications are remembered as bytes. */
const MAX_APPLICATIONS = 1000;

/** A tag of a series: its text up to the value, and where the value comes from. */
interface Tag {
  readonly label: string;
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
  private readonly name: string;
  private readonly tags: readonly Tag[];
  /** Those whose value is not the same for a whole group, and for each the values by kind of flow that were written. */
  private readonly own: readonly Tag[];
  private kindValues: Array<Array<Buffer | undefined>> = [];
  private flows!: DistinctFlows;
  /** What is written before each of these values, one after the other, and after the last one; and where each ends. */
  private readonly shared = Buffer.alloc(SHARED_BYTES);
  private readonly ends: number[] = [];

  constructor({ name, group, keys, kept = [], pair }: Measurement) {
    this.name = name;
    const all: Record<string, Omit<Tag, 'label'>> = {};
    for (const tag of group ? GROUP_TAGS : []) {
      all[tag] = { group: tag, isKept: true };
    }
    for (const tag of Object.keys(keys)) {
      all[tag] = { dimension: dimensionOf(keys[tag]), isKept: kept.includes(tag) };
    }
    if (pair) {
      all.pair = { pair: [dimensionOf(keys[pair[0]]), dimensionOf(keys[pair[1]])], isKept: false };
    }
    this.tags = Object.keys(all)
      .sort()
      .map((tag) => ({ ...all[tag], label: `,${tag}=` }));
    this.own = this.tags.filter(({ group }) => group === undefined);
  }

  /** Begins a group. */
  begin(flows: DistinctFlows): void {
    this.flows = flows;
    this.kindValues = this.own.map(() => []);
    this.ends.length = 0;
    let text = this.name;
    let end = 0;
    for (const { label, group } of this.tags) {
      text += label;
      if (group) {
        text += flows.observer[group];
      } else {
        end += this.shared.write(text, end, 'latin1');
        this.ends.push(end);
        text = '';
      }
    }
    this.ends.push(end + this.shared.write(text, end, 'latin1'));
  }

  /**
   * Writes the series of a flow and application of the group; returns where it ends. `isOther`: of everything outside the top K
   * that is the same in the tags that `other` keeps.
   */
  write(target: Buffer, flow: number, application: number, isOther: boolean): number {
    const { own, shared, ends } = this;
    let at = 0;
    let from = 0;
    for (let i = 0; i < own.length; i++) {
      const { dimension, pair, isKept } = own[i];
      for (const end = ends[i]; from < end; from++) {
        target[at++] = shared[from];
      }
      if (isOther && !isKept) {
        at = writeText(target, at, OTHER_BYTES);
      } else if (dimension) {
        at = this.writeValue(target, at, i, dimension, flow, application);
      } else {
        at = this.writeValue(target, at, undefined, pair![0], flow, application);
        at = writeText(target, at, ARROW);
        at = this.writeValue(target, at, undefined, pair![1], flow, application);
      }
    }
    for (const end = ends[own.length]; from < end; from++) {
      target[at++] = shared[from];
    }
    return at;
  }

  /** Writes the value of a dimension; returns where it ends. `own`: the number of its tag, if it has one for itself. */
  private writeValue(
    target: Buffer,
    at: number,
    own: number | undefined,
    dimension: Dimension,
    flow: number,
    application: number
  ): number {
    const { flows } = this;
    const { column } = dimension;
    if (column === 'source' || column === 'destination') {
      return writeAddress(flows[column][flow], flows.tables.addresses, target, at);
    }
    if (column === 'application') {
      return writeText(target, at, applicationBytes(application));
    }
    const kind = flows.kind[flow];
    const side = sideOf(dimension);
    if (own === undefined || (side !== undefined && flows.kinds[kind].resolution[side] === undefined)) {
      return at + target.write(tagValue(flows.text(flow, dimension)), at, 'latin1');
    }
    const values = this.kindValues[own];
    return writeText(target, at, (values[kind] ??= Buffer.from(tagValue(flows.text(flow, dimension)), 'latin1')));
  }
}

function tagValue(text: string): string {
  return NEEDS_ESCAPING.test(text) ? escapeTag(text) : text;
}

const applications = new Map<number, Buffer>();

/** The text of an application as bytes, which are quicker to copy than a string is to write. */
function applicationBytes(code: number): Buffer {
  let bytes = applications.get(code);
  if (!bytes) {
    if (applications.size === MAX_APPLICATIONS) {
      applications.clear();
    }
    bytes = Buffer.from(applicationText(code));
    applications.set(code, bytes);
  }
  return bytes;
}
