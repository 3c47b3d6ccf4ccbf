import type { SourceFieldValues } from '../../contract/sourceFields';

/** How S3 is called for a source, besides region and sign-in: at which endpoint, and whether the path names the bucket. */
export type S3Options = Partial<Pick<SourceFieldValues, 'endpoint' | 'pathStyle'>>;

/** The options of a source, and nothing else of it: two sources with equal ones may share a client. */
export function s3OptionsOf({ endpoint, pathStyle }: S3Options): S3Options {
  return { endpoint, pathStyle };
}
