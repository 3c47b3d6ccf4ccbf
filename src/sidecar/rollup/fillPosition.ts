/** How far a registry has filled its store. It only grows, so that an older copy of the registry can be recognised. */
export interface FillPosition {
  /** When offsets last started over from 1, Unix seconds. They do once everything that used them has expired. */
  readonly round: number;
  /** The first offset that was never reserved in this round. */
  readonly offset: number;
  /** Number of changes of dirty hours, by granted plans and stored objects. */
  readonly changes: number;
}

/** Whether `other` has reserved offsets beyond `position`. */
export function isBeforeOffset(position: FillPosition, other: FillPosition): boolean {
  return position.round < other.round || (position.round === other.round && position.offset < other.offset);
}

/** Whether a registry at `position` is an older copy of one that got as far as `mark`. */
export function isBehind(position: FillPosition, mark: FillPosition): boolean {
  return isBeforeOffset(position, mark) || position.changes < mark.changes;
}
