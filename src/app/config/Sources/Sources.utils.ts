import type { SourceView } from '../../../contract/sources';

/** So many sources are found at a glance; with more there is a search. */
export const AT_A_GLANCE = 5;

/** What a source has left in its bucket, or has to say of what it took. */
export type Remark = SourceView['left'][number];

const LEFT_BEHIND: Readonly<Record<string, string>> = {
  'not-collected': 'not collected, left in the bucket',
  quarantined: 'quarantined, left in the bucket',
  refused: 'refused, tried again later',
};

/** What became of the objects of a remark, in a few words. */
export const fateOf = ({ state }: Remark) => LEFT_BEHIND[state] ?? 'collected, with a remark';

/** Objects that a source could not collect and left where they are. */
export function leftBehind({ left }: SourceView): number {
  return left.reduce((sum, { state, objects }) => sum + (state in LEFT_BEHIND ? objects : 0), 0);
}

/** Why a source fails, in as many words as administrators may see. */
export const whyFailing = ({ lastError, problem }: SourceView) => lastError ?? problem;

/** Where a source's objects are. */
export const placeOf = ({ bucket, prefix }: Pick<SourceView, 'bucket' | 'prefix'>) => `${bucket}/${prefix}`;

/** Those whose name, bucket, prefix or region holds what is searched for. */
export function matching(sources: readonly SourceView[], search: string): SourceView[] {
  const wanted = search.trim().toLowerCase();
  return sources.filter((source) =>
    `${source.name}\n${placeOf(source)}\n${source.region}`.toLowerCase().includes(wanted)
  );
}

const STEPS: ReadonlyArray<readonly [below: number, unit: number, name: string]> = [
  [120, 1, 's'],
  [120 * 60, 60, 'min'],
  [48 * 3600, 3600, 'h'],
  [Infinity, 86_400, 'days'],
];

/** A span of seconds in one unit, as precise as people care for: 90 s, 12 min, 5 h, 3 days. */
export function span(seconds: number): string {
  const [, unit, name] = STEPS.find(([below]) => seconds < below)!;
  return `${Math.round(seconds / unit)} ${name}`;
}

/** With thousands set apart; also of decimal strings beyond 2^53. */
export const grouped = (number: number | string) => BigInt(number).toLocaleString('en-US');

/** As in "1 object", "1,200 objects". */
export const counted = (number: number, one: string, many = `${one}s`) =>
  `${grouped(number)} ${number === 1 ? one : many}`;
