import { readNotification } from './notification';

const object = (changes: object = {}) => ({
  key: 'happyface.jpg',
  size: 1024,
  eTag: 'd41d8cd98f00b204e9800998ecf8427e',
  versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko',
  sequencer: '0055AED6DCD90281E5',
  ...changes,
});
/** As in "Event message structure", Amazon S3 user guide. */
const s3Event = (changes: object = {}, ofObject: object = {}) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'us-west-2',
  eventTime: '1970-01-01T00:00:00.000Z',
  eventName: 'ObjectCreated:Put',
  userIdentity: { principalId: 'AIDAJDPLRKLG7UEXAMPLE' },
  requestParameters: { sourceIPAddress: '127.0.0.1' },
  responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'testConfigRule',
    bucket: { name: 'amzn-s3-demo-bucket', ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: 'arn:aws:s3:::x' },
    object: object(ofObject),
  },
  ...changes,
});
/** As in "EventBridge event message structure", Amazon S3 user guide. */
const eventBridge = (kind: string, key: string) => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': kind,
  source: 'aws.s3',
  account: '111122223333',
  time: '2021-11-12T00:00:00Z',
  region: 'ca-central-1',
  resources: ['arn:aws:s3:::amzn-s3-demo-bucket1'],
  detail: {
    version: '0',
    bucket: { name: 'amzn-s3-demo-bucket1' },
    object: { key, size: 5, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '617f08299329d189' },
    'request-id': 'N4N7GDK58NMKJ12R',
    reason: 'PutObject',
  },
});
const sns = (message: string, Type = 'Notification') => ({
  Type,
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
  Message: message,
  Timestamp: '2012-05-02T00:54:06.655Z',
});
const read = (content: unknown) => readNotification(JSON.stringify(content));
const ETAG = '"d41d8cd98f00b204e9800998ecf8427e"';

describe('a message of a queue', () => {
  it('of S3 itself: every created object as a listing would name it, other events without one', () => {
    const message = {
      Records: [
        s3Event({ eventTime: '2026-11-24T12:00:01.500Z' }),
        s3Event({ eventName: 's3:ObjectCreated:CompleteMultipartUpload' }, { key: 'b', eTag: 'abc-3' }),
        s3Event({ eventName: 'ObjectRemoved:Delete' }, { key: 'c', eTag: undefined, size: undefined }),
      ],
    };
    expect(read(message)).toEqual({
      events: [
        {
          bucket: 'amzn-s3-demo-bucket',
          object: { key: 'happyface.jpg', etag: ETAG, size: 1024, modified: Date.UTC(2026, 10, 24, 12, 0, 1) / 1000 },
        },
        { bucket: 'amzn-s3-demo-bucket', object: { key: 'b', etag: '"abc-3"', size: 1024, modified: 0 } },
        { bucket: 'amzn-s3-demo-bucket', object: undefined },
      ],
    });
  });

  it('wrapped by SNS is the same', () => {
    const message = { Records: [s3Event()] };
    expect(read(sns(JSON.stringify(message)))).toEqual(read(message));
    expect(read(sns(JSON.stringify(eventBridge('Object Created', 'a'))))).toEqual(
      read(eventBridge('Object Created', 'a'))
    );
  });

  it.each([
    ['red+flower.jpg', 'red flower.jpg'],
    ['aws-region%3Deu-west-1/a%2Bb%25.log.gz', 'aws-region=eu-west-1/a+b%.log.gz'],
    ['%E2%82%AC/%C3%BC', '€/ü'],
  ])('of S3 itself encodes keys as in forms: %s', (key, expected) => {
    expect(read({ Records: [s3Event({}, { key })] })).toMatchObject({ events: [{ object: { key: expected } }] });
  });

  it('of EventBridge has keys as they are', () => {
    expect(read(eventBridge('Object Created', 'a+b%2B c'))).toEqual({
      events: [
        {
          bucket: 'amzn-s3-demo-bucket1',
          object: {
            ...{ key: 'a+b%2B c', etag: '"b1946ac92492d2347c6235b4d2611184"', size: 5 },
            modified: Date.UTC(2021, 10, 12) / 1000,
          },
        },
      ],
    });
    expect(read(eventBridge('Object Deleted', 'a'))).toEqual({ events: [{ bucket: 'amzn-s3-demo-bucket1' }] });
  });

  it('that S3 sends when notifications are configured names the bucket, and no object', () => {
    const message = {
      ...{ Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2014-10-13T15:57:02.089Z' },
      ...{
        Bucket: 'amzn-s3-demo-bucket',
        RequestId: '5582815E1AEA5ADF',
        HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9',
      },
    };
    expect(read(message)).toEqual({ events: [{ bucket: 'amzn-s3-demo-bucket' }] });
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'it is not JSON'],
    ['text', 'hello', 'it is not JSON'],
    ['null', 'null', 'no event notification of S3'],
    ['something else', '{"hello": 1}', 'no event notification of S3'],
    ['half an event', JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put' }] }), 'no event notification of S3'],
    ['no ETag', JSON.stringify({ Records: [s3Event(), s3Event({}, { eTag: undefined })] }), 'lacks the ETag'],
    ['no size', JSON.stringify({ Records: [s3Event({}, { size: undefined })] }), 'lacks the ETag, size or time'],
    ['no time', JSON.stringify({ Records: [s3Event({ eventTime: 'yesterday' })] }), 'lacks the ETag, size or time'],
    ['a key in no encoding', JSON.stringify({ Records: [s3Event({}, { key: 'a%zz' })] }), 'not encoded as in URLs'],
    ['a subscription', JSON.stringify(sns('You have chosen…', 'SubscriptionConfirmation')), 'confirm the subscription'],
    ['SNS with something else', JSON.stringify(sns('hello')), 'it is not JSON'],
  ])('that says nothing of use is named: %s', (_case, body, problem) => {
    expect(readNotification(body)).toEqual({ problem: expect.stringContaining(problem) as string });
  });
});
