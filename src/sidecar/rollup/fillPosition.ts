/** How far a registry has got in filling its store. It only ever grows: by it the store tells an older copy of the registry. */
export interface FillPosition {
  /** When offsets were last begun from 1, Unix seconds: they start over once everything that used them has expired. */
  readonly round: number;
  /** The first offset that was never reserved in this round. */
  readonly offset: number;
  /** Changes of hours by granted plans and stored objects. */
  readonly changes: number;
}

/** Whether offsets were given out beyond that position. */
export function isBeforeOffset(position: FillPosition, other: FillPosition): boolean {
  return position.round < other.round || (position.round === other.round && position.offset < other.offset);
}

/** Whether a registry at that position is an older copy of one that got as far as `mark`. */
export function isBehind(position: FillPosition, mark: FillPosition): boolean {
  return isBeforeOffset(position, mark) || position.changes < mark.changes;
}
