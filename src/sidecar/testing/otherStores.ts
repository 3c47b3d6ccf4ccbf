import type { FakeBucket, FakeError } from './fakeS3';

const NOT_IMPLEMENTED: FakeError = {
  status: 501,
  code: 'NotImplemented',
  message: 'A header you provided implies functionality that is not implemented',
};
const MISSING_MD5: FakeError = {
  status: 400,
  code: 'MissingContentMD5',
  message: 'Missing required header for this request: Content-Md5.',
};
const INVALID: FakeError = { status: 400, code: 'InvalidRequest', message: 'Unsupported checksum' };

const withoutElement = (name: string) => (xml: string) => xml.replaceAll(new RegExp(`<${name}>.*?</${name}>`, 'g'), '');
const encoded = (xml: string) =>
  xml
    .replace('<ListBucketResult>', '<ListBucketResult><EncodingType>url</EncodingType>')
    .replaceAll(
      /(<Key>|<Prefix>)(.*?)</g,
      (_all, tag: string, name: string) => `${tag}${encodeURIComponent(name.replaceAll('&amp;', '&'))}<`
    );

/** A store that is not AWS, and what becomes of a source in it. */
export interface OtherStore {
  readonly bucket: Omit<FakeBucket, 'objects'>;
  /** How it deletes: many objects in a request, one, or not as it must, so that nothing is. */
  readonly deletes: 'many' | 'single' | 'nothing';
  /** What Test says of Delete: of its message and notes, a part. */
  readonly said: RegExp;
}

/**
 * Stores that are not AWS. Sources: minio/minio issues 21677 (If-Match) and 20845 (Content-MD5), localstack issue 13894 (501),
 * apache/ozone pull request 10572 (DeleteObjects later than DeleteObject), moto's s3/responses.py, IBM Storage Ceph "S3 delete an
 * object" and "S3 delete multiple objects".
 */
export const OTHER_STORES: Readonly<Record<string, OtherStore>> = {
  'Ceph, which does as AWS': { bucket: {}, deletes: 'many', said: /^s3:DeleteObject allowed/ },
  'MinIO, which takes no notice of If-Match': {
    bucket: { store: { ifMatch: 'ignored', deleteObjects: 'ignores-etags', withoutMd5: MISSING_MD5 } },
    deletes: 'nothing',
    said: /^Nothing will be deleted: .*\(it takes no notice of If-Match\)/,
  },
  'LocalStack, which refuses If-Match': {
    bucket: { store: { ifMatch: NOT_IMPLEMENTED } },
    deletes: 'nothing',
    said: /^Nothing will be deleted: .*\(it answers If-Match with HTTP 501 \(NotImplemented\)\)/,
  },
  'one that says of what is not there that it is not': {
    bucket: { store: { ifMatch: 'ignored', absent: { status: 404, code: 'NoSuchKey' } } },
    deletes: 'nothing',
    said: /^Nothing will be deleted: .*\(it answers HTTP 404 \(NoSuchKey\) with If-Match and without it\)/,
  },
  'one that wants Content-MD5 for many': {
    bucket: { store: { withoutMd5: MISSING_MD5 } },
    deletes: 'many',
    said: /^s3:DeleteObject allowed/,
  },
  'moto, which takes no notice of ETags in DeleteObjects': {
    bucket: { store: { deleteObjects: 'ignores-etags' } },
    deletes: 'single',
    said: /A request for each object that is deleted, since its DeleteObjects takes no notice of ETags/,
  },
  'one without DeleteObjects': {
    bucket: { store: { deleteObjects: NOT_IMPLEMENTED } },
    deletes: 'single',
    said: /A request for each .* since it answers DeleteObjects with HTTP 501 \(NotImplemented\)/,
  },
  "one that refuses AWS's newer checksums": {
    bucket: { store: { checksums: INVALID } },
    deletes: 'many',
    said: /^s3:DeleteObject allowed/,
  },
  'one whose answers have no Date': { bucket: { date: () => undefined }, deletes: 'many', said: /allowed/ },
  'one that lists ETags without quotes': {
    bucket: { store: { listing: (xml) => xml.replaceAll('&quot;', '') } },
    deletes: 'many',
    said: /allowed/,
  },
  'one that lists without KeyCount': {
    bucket: { store: { listing: withoutElement('KeyCount') } },
    deletes: 'many',
    said: /allowed/,
  },
  'one that encodes keys unasked': { bucket: { store: { listing: encoded } }, deletes: 'many', said: /allowed/ },
};
