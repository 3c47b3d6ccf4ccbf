import { dimensionOf, type Dimension, type Side } from './dimensions';
import type { Measurement } from './measurements';

/** The dimensions that keys have, by how they are numbered. */
export interface KeyDimensions {
  /** All, in the order in which they rank keys that are otherwise equal. */
  readonly all: readonly Dimension[];
  /** The ends whose address decides on a key: it is written itself, or stands in for an end that is nobody's here. */
  readonly sides: readonly Side[];
  /** Whether the address of that side is written itself. */
  readonly written: Readonly<Record<Side, boolean>>;
  readonly hasApplication: boolean;
  /** Those that are no address and no application: they are properties of a kind of flow. */
  readonly ofKind: readonly Dimension[];
}

/** Those of some of a measurement's own tags. */
export function keyDimensions(tags: readonly string[], { keys }: Measurement): KeyDimensions {
  const all = tags.map((tag) => dimensionOf(keys[tag]));
  const has = (column: Dimension['column']) => all.some((dimension) => dimension.column === column);
  return {
    all,
    sides: (['source', 'destination'] as const).filter((side) => has(side) || all.some((one) => sideOf(one) === side)),
    written: { source: has('source'), destination: has('destination') },
    hasApplication: has('application'),
    ofKind: all.filter(({ column }) => !['source', 'destination', 'application'].includes(column)),
  };
}

/** Of the text of an end which side's address it depends on where nobody is known to have that; undefined of others. */
export function sideOf(dimension: Dimension): Side | undefined {
  return dimension.column === 'end' && dimension.end.ofAddress ? dimension.side : undefined;
}
