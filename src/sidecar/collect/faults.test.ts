import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { REGION, World, type Deployment } from '../testing/world';

const world = World.forTests();

async function bucketWithLogs(
  seed: number,
  minutes: number
): Promise<{ bucket: string; truth: Record<string, unknown>; left: number }> {
  const bucket = await world.bucket();
  const file = join(world.folder, `truth-${seed}.json`);
  const size = ['--minutes', String(minutes), '--interfaces', '40', '--seed', String(seed)];
  await world.deployment().ok('generate', '--out', `s3://${bucket}`, ...size, '--truth', file);
  const truth = JSON.parse(readFileSync(file, 'utf8')) as {
    measurements: Record<string, unknown>;
    notCollected: number;
  };
  return { bucket, truth: truth.measurements, left: truth.notCollected };
}

async function addSource(flowscope: Deployment, bucket: string): Promise<void> {
  await flowscope.ok('source', 'add', 'a', '--bucket', bucket, '--region', REGION, '--delete-after-collecting');
}

/** Collects, and kills the collector after a while, whatever it is doing then; false when it had ended by itself. */
async function collectAndKill(flowscope: Deployment, afterMs: number): Promise<boolean> {
  const child = flowscope.start('collect', '--once');
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  // The moment is meant to be arbitrary; what is waited for is the end of the process.
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [, signal] = await exit;
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

describe('kill -9', () => {
  it('at any moment loses and doubles nothing', async () => {
    const { bucket, truth, left } = await bucketWithLogs(11, 90);
    const flowscope = world.deployment();
    await addSource(flowscope, bucket);
    let kills = 0;
    // Steps of a few milliseconds sweep the whole run, from start to the last deletion.
    for (let afterMs = 350; ; afterMs += 45) {
      if (!(await collectAndKill(flowscope, afterMs))) {
        break;
      }
      kills++;
    }
    await flowscope.ok('collect', '--once');

    expect(kills).toBeGreaterThan(3);
    expect(await flowscope.sums('minute')).toEqual(truth);
    expect(await flowscope.sums('hour')).toEqual(truth);
    expect(await world.keys(bucket)).toHaveLength(left);
  }, 240_000);
});

describe('InfluxDB stopped halfway', () => {
  it('deletes nothing that was not stored, and goes on when it is back', async () => {
    // Much more than is collected in the moment that InfluxDB takes to go.
    const { bucket, truth, left } = await bucketWithLogs(12, 360);
    const before = (await world.keys(bucket)).length;
    const flowscope = world.deployment();
    await addSource(flowscope, bucket);
    // Half of it is stored, then the store goes away under a running collector.
    const child = flowscope.start('collect', '--once');
    let stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = once(child, 'close') as Promise<[number | null]>;
    await until(async () => (await world.keys(bucket)).length < before);
    await world.stopInflux();
    await until(async () => stderr.includes('Waiting for it'));
    const kept = (await world.keys(bucket)).length;
    expect(kept).toBeGreaterThan(left);

    await world.restartInflux();
    expect(await ended).toEqual([0, null]);

    expect(stderr).toContain('InfluxDB is back');
    expect(await flowscope.sums('minute')).toEqual(truth);
    expect(await flowscope.sums('hour')).toEqual(truth);
    expect(await world.keys(bucket)).toHaveLength(left);
  }, 240_000);
});

describe('what cannot work says so in one line, with exit code 1', () => {
  /** A server that answers everything with one S3 error, as S3 does. */
  async function s3Answering(status: number, code: string, headers: Record<string, string> = {}): Promise<Server> {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'Content-Type': 'application/xml', ...headers });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  const url = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it.each([
    [
      'wrong region',
      301,
      'PermanentRedirect',
      /Bucket flow-logs is in eu-central-1, not eu-west-1: set the source's region/,
    ],
    ['wrong secret', 403, 'SignatureDoesNotMatch', /The secret access key does not match the access key id/],
    ['unknown key id', 403, 'InvalidAccessKeyId', /AWS does not know this access key id/],
    [
      'not allowed',
      403,
      'AccessDenied',
      /s3:ListBucket is denied on bucket flow-logs \(eu-west-1\): allow it in the IAM policy/,
    ],
    ['no bucket', 404, 'NoSuchBucket', /Bucket flow-logs does not exist: check its name/],
  ])('%s', async (_case, status, code, message) => {
    const server = await s3Answering(status, code, { 'x-amz-bucket-region': 'eu-central-1' });
    const flowscope = world.deployment({ AWS_ENDPOINT_URL: url(server) });
    await addSource(flowscope, 'flow-logs');
    expectOneLine(await flowscope.run('collect', '--once'), message);
    server.close();
  });

  it.each([
    [
      'no credentials',
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      /No AWS credentials were found/,
    ],
    ['AWS out of reach', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, /AWS does not answer for bucket flow-logs/],
    [
      'InfluxDB out of reach',
      { FLOWSCOPE_INFLUX_URL: 'http://127.0.0.1:9' },
      /InfluxDB does not answer at http:..127.0.0.1:9/,
    ],
  ])('%s', async (_case, env: NodeJS.ProcessEnv, message) => {
    const flowscope = world.deployment({ HOME: world.folder, ...env });
    await addSource(flowscope, 'flow-logs');
    expectOneLine(await flowscope.run('collect', '--once'), message);
  });

  function expectOneLine(
    { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
    message: RegExp
  ) {
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
  }
});

/** Waits until a condition holds; jest's own time limit ends what never comes true. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
