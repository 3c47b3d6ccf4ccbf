import { faultOf } from '../inspect/checkFaults';
import { AwsError, explainAwsError } from './errors';

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
    expect(faultOf(denied, AT)).toMatchObject({
      state: 'fail',
      message: `sts:AssumeRole denied on ${ROLE}`,
      fix: { field: 'roleArn' },
    });
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
    expect(faultOf(invalid, AT)).toMatchObject({
      message: expect.stringContaining(':99999'),
      fix: { field: 'endpoint' },
    });
  });
});

it('is not put into other words twice', () => {
  const known = new AwsError('InvalidQueueUrl', 'The queue URL cannot be used.');
  expect(explainAwsError(known, CALL)).toBe(known);
});
