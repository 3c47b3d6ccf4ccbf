import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { World } from '../testing/world';

const world = World.forTests();

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
