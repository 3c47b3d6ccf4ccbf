import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { s3Client, sqsClient } from '../aws/clients';
import type { CheckContext } from '../aws/callContext';
import { ERROR_CODES, viewerWords, type Answering } from '../aws/errorCodes';
import { explainAwsError } from '../aws/errors';
import { InfluxError, notAnswered, statementRefused } from '../store/influx';
import { faultOf, INFLUX_FAULTS, UNANSWERED } from '../store/influxFaults';
import { KEYS } from '../testing/checkRuns';
import { FakeS3 } from '../testing/fakeS3';
import { failedOutcome } from './checkFaults';

const BASE = { region: 'eu-west-1', prefix: 'prod/', collector: 'primary', bucket: 'flow-logs' };
/** A call to each of those who answer. Tests of EC2 and STS concern no bucket, though their context has one. */
const CALLS: Readonly<Record<Answering, Partial<CheckContext>>> = {
  S3: { action: 's3:GetObject', key: 'AWSLogs/a.log.gz' },
  SQS: { action: 'sqs:ReceiveMessage', queue: 'events' },
  EC2: { action: 'ec2:DescribeVpcs', bucket: undefined, account: '111122223333' },
  STS: { action: 'sts:AssumeRole', bucket: undefined },
  Network: { action: 's3:ListBucket' },
  Flowscope: { action: 's3:GetObject', key: 'AWSLogs/a.log.gz' },
};
const at = (who: Answering) => ({ ...BASE, ...CALLS[who] }) as CheckContext;

/** What AWS says with codes that say many things. */
const SAID: Readonly<Record<string, string>> = {
  InvalidRequest:
    'The object was stored using a form of Server Side Encryption. The correct parameters must be provided.',
};
/** Those that were in words when they were thrown. */
const IN_WORDS = ['SecretNotOpened', 'ClockDiffers', 'InvalidQueueUrl', 'EndlessListing'];
const saidWith = (code: string) =>
  SAID[code] ?? (IN_WORDS.includes(code) ? 'That is wrong there. Do this.' : 'said by AWS');
const fault = (code: string) => Object.assign(new Error(saidWith(code)), { name: code });

const ROWS = Object.entries(ERROR_CODES).flatMap(([code, { of }]) => of.map((who) => [code, who] as const));

describe('every code of AWS', () => {
  it.each(ROWS)(
    '%s of %s: what is shown names the cause and what to do, and nothing that the call was not about',
    (code, who) => {
      const log = explainAwsError(fault(code), at(who)).message;
      const { message, fix } = failedOutcome(fault(code), at(who));
      const texts = [log, message, fix!.text];
      texts.forEach((text) => expect(text).toMatch(/^[^\s:].{10}/));
      for (const text of [log, fix!.text]) {
        expect(text).toMatch(/[.]$/);
      }
      // The cause and the cure are two things, and the log has both.
      expect(message).not.toContain(fix!.text);
      expect(log).toMatch(/[:.;] \S.*\.$/s);
      const all = texts.join(' ');
      expect(all).not.toMatch(/undefined|\bnull\b|\[object/);
      if (who === 'EC2' || who === 'STS') {
        expect(all).not.toMatch(/\bbucket|\bqueue/i);
      }
      if (who === 'SQS') {
        expect(all).not.toMatch(/\bbucket/i);
      }
      if (who === 'S3') {
        expect(all).not.toMatch(/\bqueue/i);
      }
    }
  );

  it('has words of its own: two causes are never called the same', () => {
    const causes = new Map<string, string>();
    for (const [code, { of, viewer }] of Object.entries(ERROR_CODES).filter(([code]) => !IN_WORDS.includes(code))) {
      const text = explainAwsError(fault(code), at(of[0])).message.replaceAll(code, 'CODE');
      expect([text, causes.get(text) ?? viewer]).toEqual([text, viewer]);
      causes.set(text, viewer);
    }
  });

  it('that says many things is explained only where it says the one', () => {
    const other = Object.assign(new Error('Missing required header for this request'), { name: 'InvalidRequest' });
    expect(explainAwsError(other, at('S3')).message).toBe(
      's3:GetObject failed for bucket flow-logs (eu-west-1): InvalidRequest, Missing required header for this request'
    );
    expect(failedOutcome(other, at('S3')).fix).toBeUndefined();
  });

  it.each(['Signature expired: 20260101T000000Z is now earlier than', 'Signature not yet current: 2026'])(
    'of a signature is one of the clock where AWS says so: %s',
    (message) => {
      const error = Object.assign(new Error(message), { name: 'SignatureDoesNotMatch' });
      expect(explainAwsError(error, at('STS')).message).toMatch(/^The clock of this machine/);
      expect(failedOutcome(error, at('STS')).fix!.text).toMatch(/NTP/);
    }
  );

  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'pathStyle'],
    ['NotS3', 'pathStyle'],
    ['CERT_HAS_EXPIRED', undefined],
  ])('%s before a host that has the name of the bucket in it leads to path style: %s', (code, field) => {
    expect(failedOutcome(fault(code), { ...at('S3'), hasBucketInHost: true }).fix!.field).toBe(field);
    expect(failedOutcome(fault(code), at('S3')).fix!.field).not.toBe('pathStyle');
  });

  describe('reaches the table through the SDK', () => {
    const of = (who: Answering) => ROWS.filter(([, one]) => one === who).map(([code]) => code);
    // The SDK refuses to follow these, or finds them without asking.
    const NOT_SENT = ['PermanentRedirect', 'TemporaryRedirect', 'CredentialsProviderError'];

    it('from S3 and from SQS', async () => {
      let code = '';
      const fake = await FakeS3.start({ refuse: () => ({ status: 400, code, message: SAID[code] }) });
      const s3 = s3Client('eu-west-1', KEYS, { endpoint: fake.url, pathStyle: true });
      const queueUrl = `${fake.url}/111122223333/events`;
      const sqs = sqsClient(queueUrl, 'eu-west-1', KEYS);
      // Throttled calls are made again, after a while.
      [s3, sqs].forEach(({ config }) => (config.maxAttempts = () => Promise.resolve(1)));
      try {
        for (const [who, call] of [
          ['S3', () => s3.send(new ListObjectsV2Command({ Bucket: 'flow-logs' }))],
          ['SQS', () => sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))],
        ] as const) {
          for (code of of(who).filter((one) => !NOT_SENT.includes(one))) {
            const error: unknown = await call().catch((cause: unknown) => cause);
            // The SDK may know one by another name.
            const words = ERROR_CODES[explainAwsError(error, at(who)).code];
            expect([code, words?.log]).toEqual([code, ERROR_CODES[code].log]);
          }
        }
      } finally {
        s3.destroy();
        sqs.destroy();
        fake.stop();
      }
    });
  });
});

describe('all that InfluxDB says', () => {
  const saidOf = ({ wording }: (typeof INFLUX_FAULTS)[number]) =>
    typeof wording === 'string' ? `partial write: ${wording} (1/1)` : 'timeout';

  it.each(INFLUX_FAULTS.map((one) => [saidOf(one), one] as const))('"%s" is shown with what to do', (said, one) => {
    // None hides behind another.
    expect(faultOf(said)).toBe(one);
    expect(faultOf(said.toUpperCase())).toBe(one);
    const { message, failure } = statementRefused('http://influx:8086', said);
    expect(message).toBe(`InfluxDB at http://influx:8086: ${said}. ${one.toDo}`);
    expect(one.toDo).toMatch(/^\S.*\.$/);
    // What a statement is refused for is never a reason to write again, and what is missing or away always is.
    const isItsOwn = ['missing', 'empty', 'exists', 'unavailable'].includes(one.failure!);
    expect(failure).toBe(isItsOwn ? one.failure : 'refused');
    INFLUX_FAULTS.filter(({ toDo }) => toDo !== one.toDo).forEach(({ toDo }) => expect(message).not.toContain(toDo));
  });

  it('is shown in its own words where nothing is known of it', () => {
    expect(statementRefused('http://influx:8086', 'error parsing query: found SELEC').message).toBe(
      'InfluxDB at http://influx:8086: error parsing query: found SELEC'
    );
  });

  it.each<[string, object, RegExp]>([
    [
      'nobody listens',
      { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
      /\. Start it, or set FLOWSCOPE_INFLUX_URL/,
    ],
    ['too many files', { message: 'socket EMFILE' }, /ulimit -n/],
    ['a certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' }, /FLOWSCOPE_CA_FILE/],
    ['no TLS', { code: 'EPROTO', message: 'write EPROTO' }, /speaks no TLS/],
    ['no such host', { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND influx' }, /host has no address/],
    ['no answer', { name: 'TimeoutError', message: 'The operation was aborted due to timeout' }, /takes too long/],
  ])('is not heard, for %s', (_why, cause, toDo) => {
    const error = notAnswered('http://influx:8086', Object.assign(new Error(), cause));
    expect(error).toBeInstanceOf(InfluxError);
    expect(error.message).toMatch(toDo);
    expect(UNANSWERED.filter(([, text]) => error.message.includes(text))).toHaveLength(1);
  });
});

describe('docs/errors.md', () => {
  const doc = readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8');
  const cells = (row: string) => row.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const rows = new Set(doc.split('\n').map((row) => cells(row).join('|')));
  const inDoc = (...row: string[]) => cells(`| ${row.join(' | ')} |`).join('|');

  it('has each code of AWS, with its cause and what to do', () => {
    const names: Partial<CheckContext> = {
      ...{ action: 'CALL', bucket: 'BUCKET', region: 'REGION', key: 'KEY', prefix: '', collector: 'COLLECTOR' },
      ...{ queue: undefined, account: undefined },
    };
    const groups = Map.groupBy(Object.entries(ERROR_CODES), ([, words]) => words.check);
    const missing = [...groups.values()].flatMap((group) => {
      const [[code, words]] = group;
      const isOfQueue = words.of[0] === 'SQS';
      const isOfRegion = words.of[0] === 'EC2';
      const context = { ...names, ...(isOfQueue && { queue: 'QUEUE' }), ...(isOfRegion && { bucket: undefined }) };
      const { message, fix } = words.check(context as CheckContext, { name: code, message: 'WORDS' });
      const codes = group.map(([one]) => `\`${one}\``).join(', ');
      const row = inDoc(codes, words.of.join(', '), message.replaceAll(code, 'CODE'), fix!.text);
      return rows.has(row) ? [] : [row];
    });
    expect(missing).toEqual([]);
  });

  it('has all that InfluxDB says, with what to do', () => {
    const missing = INFLUX_FAULTS.flatMap(({ wording, toDo }) => {
      const row = inDoc(`\`${typeof wording === 'string' ? wording : wording.source.replace(/[$^]/g, '')}\``, toDo);
      return rows.has(row) ? [] : [row];
    });
    expect(missing).toEqual([]);
  });

  it('says of viewers that they see no names', () => {
    for (const code of Object.keys(ERROR_CODES)) {
      expect(viewerWords(code)).not.toMatch(/BUCKET|flow-logs/);
    }
  });
});
