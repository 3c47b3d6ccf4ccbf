import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { World } from '../testing/world';
import { HangingProxy } from '../testing/hangingProxy';
import { KillableDeployment } from '../testing/kills';
import { outputOf } from '../testing/output';
import { until } from '../testing/until';

const world = World.forTests({ influxEnv: {} });

/** How many more requests each run may make before it is killed. */
const KILL_STEP = 8;

describe('kill -9', () => {
  it('at any request loses nothing and counts nothing twice', async () => {
    const { bucket, truth } = await world.bucketWithLogs({ seed: 11, minutes: 40, interfaces: 40 });
    const killable = await KillableDeployment.create(world);
    const { flowscope } = killable;
    await flowscope.addSource(bucket);
    let kills = 0;
    // Each run gets further than the one before, until one gets to the end.
    while ((await killable.runUntil(1 + KILL_STEP * kills, 'collect', '--once'))[1] === 'SIGKILL') {
      kills++;
    }
    await flowscope.ok('collect', '--once');

    expect(kills).toBeGreaterThan(3);
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);
    expect(await world.keys(bucket)).toHaveLength(truth.notCollected);
    killable.stop();
  }, 240_000);
});

describe('InfluxDB stopped halfway', () => {
  it('deletes nothing that was not stored, and goes on when it is back', async () => {
    const { bucket, truth } = await world.bucketWithLogs({ seed: 12, minutes: 40, interfaces: 40 });
    const aws = await HangingProxy.start(world.awsUrl);
    const flowscope = world.deployment({ AWS_ENDPOINT_URL: aws.url });
    await flowscope.addSource(bucket);
    // With the first deletion, some of it is stored; no further object comes before the store is gone.
    const isGone = Promise.withResolvers<undefined>();
    let isDeleting = false;
    aws.hang = ({ method, url }) => {
      isDeleting ||= method === 'DELETE' || (method === 'POST' && url.includes('delete'));
      return isDeleting && method === 'GET' ? isGone.promise : undefined;
    };
    const child = flowscope.start('collect', '--once');
    const output = outputOf(child);
    const ended = once(child, 'close') as Promise<[number | null]>;
    await until(() => isDeleting, child);
    await world.stopInflux();
    isGone.resolve(undefined);
    await until(() => output.stderr.includes('Waiting for it'), child);
    const kept = (await world.keys(bucket)).length;
    expect(kept).toBeGreaterThan(truth.notCollected);

    await world.restartInflux();
    expect(await ended).toEqual([0, null]);

    expect(output.stderr).toContain('InfluxDB is back');
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);
    expect(await world.keys(bucket)).toHaveLength(truth.notCollected);
    aws.stop();
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
    await flowscope.addSource('flow-logs');
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
    await flowscope.addSource('flow-logs');
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
