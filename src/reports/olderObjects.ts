import { formatCount } from './units';

/** How old the objects are that a listing showed, as far as it was looked through. */
export interface ListedAges {
  /** Objects that may be flow logs. */
  readonly listed: number;
  /** Whether that is all there is. */
  readonly isAll: boolean;
  /** Those from before the longest retention begins. */
  readonly older: number;
  /** How long that is. */
  readonly keptDays: number;
}

/** What is said of objects that are older than what is kept, before they are collected; undefined when none is. */
export function olderObjects({ listed, isAll, older, keptDays }: ListedAges): string | undefined {
  if (older === 0) {
    return undefined;
  }
  const what = `${isAll ? '' : 'first '}${formatCount(listed)} ${listed === 1 ? 'object' : 'objects'} listed`;
  const [are, stay] =
    older === 1 ? ['is', 'it is not collected and stays'] : ['are', 'they are not collected and stay'];
  return `${formatCount(older)} of the ${what} ${are} older than the ${keptDays} days that Flowscope keeps: ${stay} in the bucket.`;
}
