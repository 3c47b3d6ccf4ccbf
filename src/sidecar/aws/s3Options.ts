import type { SourceFieldValues } from '../../contract/sourceFields';

/**
 * How S3 is called for a source, besides region and sign-in: at which endpoint, whether the path names the bucket, and whether
 * the requester pays.
 */
export type S3Options = Partial<Pick<SourceFieldValues, 'endpoint' | 'pathStyle' | 'requesterPays'>>;

/** The options of a source, and nothing else of it: two sources with equal ones may share a client. */
export function s3OptionsOf({ endpoint, pathStyle, requesterPays }: S3Options): S3Options {
  return { endpoint, pathStyle, requesterPays };
}
