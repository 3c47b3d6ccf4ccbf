import { formatCount } from './units';

/** Ages of the objects that a listing showed, as far as it was read. */
export interface ListedAges {
  /** Objects that may be flow logs. */
  readonly listed: number;
  /** Whether the listing was read to its end. */
  readonly isAll: boolean;
  /** Objects older than the longest retention. */
  readonly older: number;
  /** The longest retention, in days. */
  readonly keptDays: number;
}

/** Note on objects that are too old to be collected; undefined when there are none. */
export function olderObjects({ listed, isAll, older, keptDays }: ListedAges): string | undefined {
  if (older === 0) {
    return undefined;
  }
  const what = `${isAll ? '' : 'first '}${formatCount(listed)} ${listed === 1 ? 'object' : 'objects'} listed`;
  const [are, stay] =
    older === 1 ? ['is', 'it is not collected and stays'] : ['are', 'they are not collected and stay'];
  return `${formatCount(older)} of the ${what} ${are} older than the ${keptDays} days that Flowscope keeps: ${stay} in the bucket.`;
}
