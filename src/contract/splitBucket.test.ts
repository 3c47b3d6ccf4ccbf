import { splitBucket } from './splitBucket';

describe('splitBucket', () => {
  it.each([
    ['s3://flow-logs', 'flow-logs', ''],
    ['s3://flow-logs/', 'flow-logs', ''],
    [' s3://flow-logs/prod/eu ', 'flow-logs', 'prod/eu'],
    ['S3://flow-logs//prod/', 'flow-logs', 'prod/'],
    ['arn:aws:s3:::flow-logs', 'flow-logs', ''],
    ['arn:aws:s3:::flow-logs/prod/*', 'flow-logs', 'prod/'],
    ['arn:aws-us-gov:s3:::flow-logs/*', 'flow-logs', ''],
    ['arn:aws-cn:s3:::flow.logs/a b/', 'flow.logs', 'a b/'],
    ['https://flow-logs.s3.eu-west-1.amazonaws.com/prod/', 'flow-logs', 'prod/'],
    ['https://flow-logs.s3.amazonaws.com', 'flow-logs', ''],
    ['https://flow-logs.s3.cn-north-1.amazonaws.com.cn/prod', 'flow-logs', 'prod'],
  ])('splits %s', (text, bucket, prefix) => {
    expect(splitBucket(text)).toEqual({ bucket, prefix });
  });

  it.each(['flow-logs', 'flow-logs/prod', '', 's3://', 'https://example.com/flow-logs', 'arn:aws:sqs:eu-west-1:1:q'])(
    'leaves %j alone',
    (text) => {
      expect(splitBucket(text)).toBeUndefined();
    }
  );
});
