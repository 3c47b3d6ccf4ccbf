import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { renewCertificate } from '../http/server';
import { TestApi } from '../testing/api';
import { certificate, certificateFile } from '../testing/certificates';
import { outputOf } from '../testing/output';
import { until } from '../testing/until';
import { World } from '../testing/world';
import { ServerCertificate } from './serverCertificate';

const { ca } = certificate();

const folder = mkdtempSync(join(tmpdir(), 'flowscope-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
const ENV = { FLOWSCOPE_TLS_CERT: cert, FLOWSCOPE_TLS_KEY: key };

/** Puts a certificate and a key of the tests where the settings say. */
function put(name: string, ofKey = 'server'): void {
  copyFileSync(certificateFile(`${name}.pem`), cert);
  copyFileSync(certificateFile(`${ofKey}.key`), key);
}

const said: string[] = [];
const log = Object.fromEntries(
  (['info', 'warn', 'error'] as const).map((level) => [level, (text: string) => said.push(`${level}: ${text}`)])
) as unknown as Parameters<typeof ServerCertificate.fromEnvironment>[1];
beforeEach(() => {
  said.length = 0;
  put('server');
});

it.each<[string, NodeJS.ProcessEnv, () => void, RegExp]>([
  ['no key', { FLOWSCOPE_TLS_CERT: cert }, () => put('server'), /_CERT is set and FLOWSCOPE_TLS_KEY is not/],
  ['no certificate', { FLOWSCOPE_TLS_KEY: key }, () => put('server'), /_KEY is set and FLOWSCOPE_TLS_CERT is not/],
  ['a file that is not there', ENV, () => rmSync(key), /FLOWSCOPE_TLS_KEY names .*key\.pem, which cannot be .*ENOENT/],
  ['the key of another', ENV, () => put('server', 'renewed'), /key in .*key\.pem .* is not that of the certificate in/],
  ['a passphrase', ENV, () => put('server', 'encrypted'), /has a passphrase: write it without one/],
  ['no PEM', ENV, () => writeFileSync(cert, 'x'), /FLOWSCOPE_TLS_CERT names .*, which holds no certificate/],
  [
    'a certificate as key',
    ENV,
    () => copyFileSync(cert, key),
    /FLOWSCOPE_TLS_KEY names .*, which holds no private key/,
  ],
])('refuses %s, and says where', (_what, env, prepare, message) => {
  prepare();
  expect(() => ServerCertificate.fromEnvironment(env, log)).toThrow(message);
});

it('is none without the settings, and says when it has expired', () => {
  expect(ServerCertificate.fromEnvironment({}, log)).toBeUndefined();
  ServerCertificate.fromEnvironment(ENV, log);
  expect(said).toEqual([]);
  put('expired');
  ServerCertificate.fromEnvironment(ENV, log);
  expect(said).toEqual([expect.stringMatching(/^warn: .*cert\.pem has expired on 2021-01-01: Grafana refuses it/)]);
});

it.each([
  ['2119-12-20', /cert\.pem expires on 2120-01-01\. Put a new one there before/],
  ['2019-12-20', /cert\.pem is valid from 2020-01-01 on only: until then Grafana refuses it/],
])('warns once on %s', (day, message) => {
  jest.useFakeTimers({ now: new Date(day), doNotFake: ['nextTick', 'setImmediate', 'setInterval', 'setTimeout'] });
  const current = ServerCertificate.fromEnvironment(ENV, log)!;
  current.check(() => undefined);
  jest.useRealTimers();
  expect(said).toEqual([expect.stringMatching(message)]);
});

describe('an API with a certificate', () => {
  const test = TestApi.forTests(() => ({ certificate: certificate() }));

  /** Connects to the API, which listens; returns whose certificate it has, and the protocol. */
  async function connected(options: ConnectionOptions = {}): Promise<[string, string | null]> {
    const { port } = test.api.server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', ca, ...options });
    await once(socket, 'secureConnect');
    const seen: [string, string | null] = [socket.getPeerCertificate().subject.CN as string, socket.getProtocol()];
    socket.destroy();
    return seen;
  }
  const subject = async () => (await connected())[0];

  beforeEach(() => test.api.listen({ host: '127.0.0.1', port: 0 }).then(() => undefined));

  it('takes a new one while it runs, and keeps the old one when the new one is broken, which it says once', async () => {
    const current = ServerCertificate.fromEnvironment(ENV, log)!;
    const check = () => current.check((pair) => renewCertificate(test.api.server, pair));
    check();
    expect([await subject(), said]).toEqual(['flowscope test server', []]);
    // As tools renew them: one file after the other.
    copyFileSync(certificateFile('renewed.pem'), cert);
    check();
    check();
    expect([await subject(), said]).toEqual([
      'flowscope test server',
      [expect.stringMatching(/^error: The key in .* is not that of .* keeps the certificate that it has/)],
    ]);
    copyFileSync(certificateFile('renewed.key'), key);
    check();
    check();
    expect([await subject(), said.slice(1)]).toEqual([
      'flowscope test renewed',
      [expect.stringMatching(/^info: The API has a new certificate, from .*cert\.pem/)],
    ]);
  });

  it('speaks TLS from 1.2 on', async () => {
    const older = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(connected(older)).rejects.toThrow(/alert protocol version/);
    expect((await connected({ maxVersion: 'TLSv1.2' }))[1]).toBe('TLSv1.2');
  });
});

describe('flowscope serve', () => {
  const world = World.forTests();

  it('answers by HTTPS off loopback, and ends when it is told', async () => {
    const settings = { ...ENV, FLOWSCOPE_LISTEN: '0.0.0.0:0', FLOWSCOPE_INFLUX_URL: 'http://127.0.0.1:9' };
    const served = world.deployment(settings).start('serve');
    const output = outputOf(served);
    const port = () => /API at https:\/\/[^":]+:(\d+)/.exec(output.all)?.[1];
    await until(() => port() !== undefined || served.exitCode !== null);
    const request = get({ port: port(), host: '127.0.0.1', path: '/healthz', ca, agent: false });
    const [{ statusCode }] = (await once(request, 'response')) as [IncomingMessage];
    expect([statusCode, output.all]).toEqual([200, expect.stringContaining('API at https:')]);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
