import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failedOutcome } from '../inspect/checkFaults';
import { namesBucketInHost } from './callContext';
import { s3Client } from './clients';
import { ERROR_CODES, viewerWords } from './errorCodes';
import { AwsError, explainAwsError } from './errors';
import type { S3Options } from './s3Options';

const CALL = { action: 's3:ListBucket', bucket: 'flow-logs', region: 'eu-west-1' };
const AT = { ...CALL, prefix: '', collector: 'primary' };
const ROLE = 'arn:aws:iam::444455556666:role/flowscope';

describe('a role that cannot be taken on', () => {
  const denied = Object.assign(
    new Error(
      `User: arn:aws:iam::111122223333:user/x is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`
    ),
    { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
  );

  it('is what is named, not the call that it was for', () => {
    const { message } = explainAwsError(denied, CALL);
    expect(message).toMatch(/may not take on arn:aws:iam::444455556666:role\/flowscope .*trust policy/);
    expect(message).not.toContain('s3:ListBucket');
  });

  it('is what Test names', () => {
    expect(failedOutcome(denied, AT)).toMatchObject({
      state: 'fail',
      message: `sts:AssumeRole denied on ${ROLE}`,
      fix: { field: 'roleArn' },
    });
  });
});

describe('a key of KMS that may not be used', () => {
  const KEY = 'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd';
  const denied = (resource: string) =>
    Object.assign(
      new Error(
        `User: arn:aws:iam::111122223333:user/x is not authorized to perform: kms:Decrypt on ${resource} because no resource-based policy allows the kms:Decrypt action`
      ),
      { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
    );
  const READ = { ...CALL, action: 's3:GetObject', key: 'a.gz' };

  it.each([
    [KEY, `resource: ${KEY}`],
    ['the KMS key of the bucket', 'the resource associated with this ciphertext'],
  ])('is what is named, with the permission, wherever that is said: %s', (key, resource) => {
    const { message } = explainAwsError(denied(resource), READ);
    expect(message).toMatch(`kms:Decrypt is denied on ${key}, with which a.gz in bucket flow-logs`);
    expect(message).not.toContain('s3:GetObject is denied');
    expect(failedOutcome(denied(resource), { ...READ, ...AT, action: 's3:GetObject' }).message).toBe(
      `kms:Decrypt denied on ${key}`
    );
  });
});

describe('an endpoint before whose host the name of the bucket stood', () => {
  it.each([
    ['NoSuchBucket', { name: 'NoSuchBucket' }],
    ['a host without an address', { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND flow-logs.minio' }],
  ])('is named as what may be wrong: %s', (_case, error) => {
    const said = 'switch on path style (--path-style)';
    expect(explainAwsError(error, { ...CALL, hasBucketInHost: true }).message).toContain(said);
    expect(explainAwsError(error, CALL).message).not.toContain(said);
    const { fix } = failedOutcome(error, { ...AT, hasBucketInHost: true });
    expect(fix).toMatchObject({ field: 'pathStyle', text: expect.stringContaining(said) });
    expect(JSON.stringify(failedOutcome(error, AT))).not.toContain('path');
  });

  it.each<[boolean, S3Options]>([
    [false, {}],
    [true, { endpoint: 'http://minio:9000' }],
    [false, { endpoint: 'http://minio:9000', pathStyle: true }],
  ])('%s with %j', (is, options) => {
    const client = s3Client('eu-west-1', {}, options);
    expect(namesBucketInHost(client)).toBe(is);
    client.destroy();
  });
});

describe('an address that is none', () => {
  const invalid = (() => {
    try {
      return new URL('http://10.0.0.1:99999');
    } catch (error) {
      return error;
    }
  })();

  it('is quoted, with where it stands', () => {
    expect(explainAwsError(invalid, CALL).message).toMatch(
      /^The address http:\/\/10\.0\.0\.1:99999 is no URL.*endpoint/
    );
  });

  it('is what Test names', () => {
    expect(failedOutcome(invalid, AT)).toMatchObject({
      message: expect.stringContaining(':99999'),
      fix: { field: 'endpoint' },
    });
  });
});

it('is not put into other words twice', () => {
  const known = new AwsError('InvalidQueueUrl', 'The queue URL cannot be used.');
  expect(explainAwsError(known, CALL)).toBe(known);
});

describe('every error code', () => {
  const fault = (name: string) => Object.assign(new Error('said by AWS'), { name });

  it.each(Object.keys(ERROR_CODES))('%s has words for the log, for a Test and for viewers', (code) => {
    const call = { ...AT, queue: 'events', key: 'AWSLogs/a.log.gz', account: '111122223333' };
    const log = explainAwsError(fault(code), call);
    const check = failedOutcome(fault(code), call);
    const viewer = viewerWords(code);
    expect(log.code).toBe(code);
    expect(check.state).toBe('fail');
    for (const words of [log.message, check.message, viewer, ...(check.fix ? [check.fix.text] : [])]) {
      expect(words).toMatch(/\w/);
      expect(words).not.toContain('undefined');
    }
    expect(viewer).toMatch(/^[A-Z].*\.$/);
    expect(viewer).not.toMatch(/flow-logs|events|eu-west-1|111122223333|AWSLogs/);
  });

  it('that Flowscope itself gives is one of them', () => {
    const sidecar = join(__dirname, '..');
    const sources = readdirSync(sidecar, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /^(?!testing\/|.*\.test\.).*\.ts$/.test(path)
    );
    const given = sources.flatMap((path) =>
      [...readFileSync(join(sidecar, path), 'utf8').matchAll(/new (?:AwsError|AnswerFault)\(\s*'(\w+)'/g)].map(
        ([, code]) => code
      )
    );
    expect(given).toEqual(expect.arrayContaining(['InvalidQueueUrl', 'NotS3', 'EndlessListing', 'TimeoutError']));
    expect(given.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });

  it('that nobody knows is explained, too', () => {
    expect(explainAwsError(fault('Teapot'), CALL).message).toBe(
      's3:ListBucket failed for bucket flow-logs (eu-west-1): Teapot, said by AWS'
    );
    expect(explainAwsError(fault(''), CALL).code).toBe('Unknown');
    expect(viewerWords('Teapot')).toBe('It could not be scanned: an administrator sees why.');
    expect(viewerWords('toString')).toBe('It could not be scanned: an administrator sees why.');
    expect(viewerWords('sqs:AccessDenied')).toBe('Its SQS queue cannot be read, so the bucket is listed instead.');
  });
});
