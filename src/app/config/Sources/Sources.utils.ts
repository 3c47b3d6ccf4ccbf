import type { SourceView } from '../../../contract/sources';

/** So many sources are found at a glance; with more there is a search. */
export const AT_A_GLANCE = 5;

/** What a source has left in its bucket, or has to say of what it took. */
type Remark = SourceView['left'][number];

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
