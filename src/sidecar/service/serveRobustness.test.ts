import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REGION, World, type Deployment } from '../testing/world';
import { HangingProxy } from '../testing/hangingProxy';
import { outputOf, type Output } from '../testing/output';

const world = World.forTests();

/** A `flowscope serve`: what it said so far, and its address once it has one. */
class Served {
  readonly ended: Promise<number | null>;
  private readonly printed: Output;

  constructor(readonly child: ChildProcess) {
    this.printed = outputOf(child);
    this.ended = once(child, 'close').then(([code]) => code as number | null);
  }

  get output(): string {
    return this.printed.all;
  }

  /** Undefined when it ended instead. */
  async url(): Promise<string | undefined> {
    return this.said(/API at (http:\/\/[^"\s]+)/);
  }

  async said(pattern: RegExp): Promise<string | undefined> {
    for (;;) {
      const [, found] = pattern.exec(this.output) ?? [];
      if (found !== undefined || this.child.exitCode !== null) {
        return found;
      }
      await Promise.race([once(this.child.stdout!, 'data'), this.ended]);
    }
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

const serve = (flowscope: Deployment) => new Served(flowscope.start('serve'));
const directoryOf = ({ env }: Deployment) => env.FLOWSCOPE_DATA_DIR!;
const tokenFile = (flowscope: Deployment) => join(directoryOf(flowscope), 'api-token');
const status = async (url: string, path: string, authorization?: string) =>
  (await fetch(url + path, { headers: authorization === undefined ? {} : { authorization } })).status;
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

describe('an api-token that is none', () => {
  const named = (path: string, reason: string) =>
    `flowscope: There is no API token in ${path}, which ${reason}. Write the token there that Grafana was given, or ` +
    'delete the file: then a new token is made, which Grafana must be given.';
  const NOT_ONE = 'holds more than letters, digits and signs of ASCII in one line';

  it.each([
    ['empty', '', 'is empty'],
    ['a blank line', ' \n\n', 'is empty'],
    ['half written', 'dG9rZW4', 'holds 7 characters, and a token has 16 to 256'],
    ['too long', 'x'.repeat(257), 'holds 257 characters, and a token has 16 to 256'],
    ['zeros that a crash left', '\0'.repeat(44), NOT_ONE],
    ['two lines', 'a-token-of-the-tests\nanother-token-of-tests\n', NOT_ONE],
    ['in UTF-16', '\xff\xfea\0-\0t\0o\0k\0e\0n\0-\0o\0f\0-\0t\0h\0e\0-\0t\0e\0s\0t\0s\0', NOT_ONE],
  ])('ends serve with a sentence, and is not replaced: %s', async (_case, text, reason) => {
    const flowscope = world.deployment();
    const file = tokenFile(flowscope);
    writeFileSync(file, text, 'latin1');
    const served = serve(flowscope);
    expect(await served.url()).toBeUndefined();
    expect([await served.ended, served.output.trim().split('\n').at(-1)]).toEqual([1, named(file, reason)]);
    expect(readFileSync(file, 'latin1')).toBe(text);
  });

  it('but a folder ends it, too', async () => {
    const flowscope = world.deployment();
    mkdirSync(tokenFile(flowscope));
    const served = serve(flowscope);
    expect(await served.url()).toBeUndefined();
    expect([await served.ended, served.output]).toEqual([1, expect.stringContaining(' must be a file with one line')]);
  });

  it.each(['', ' ', '\t'.repeat(20)])('given as FLOWSCOPE_TOKEN ends it, too: %j', async (token) => {
    const served = serve(world.deployment({ FLOWSCOPE_TOKEN: token }));
    expect(await served.url()).toBeUndefined();
    expect([await served.ended, served.output]).toEqual([1, expect.stringContaining('FLOWSCOPE_TOKEN must have 16')]);
  });
});

describe('a first start', () => {
  it('that cannot write leaves no half of a token or key behind', async () => {
    const flowscope = world.deployment();
    // No file may become longer than nothing, as on a disk that is full.
    const limited = [
      '-c',
      'ulimit -f 0; exec "$0" "$@"',
      process.execPath,
      resolve('dist/sidecar/flowscope.mjs'),
      'serve',
    ];
    const failed = new Served(spawn('sh', limited, { env: flowscope.env, stdio: ['ignore', 'pipe', 'pipe'] }));
    expect(await failed.url()).toBeUndefined();
    expect(await failed.ended).not.toBe(0);
    expect(existsSync(tokenFile(flowscope))).toBe(false);
    const served = serve(flowscope);
    const url = await served.url();
    expect(readFileSync(tokenFile(flowscope), 'utf8')).toMatch(/^[\w-]{43}\n$/);
    expect(await status(url!, '/v1/admin/sources', 'Bearer ')).toBe(401);
    expect(await served.stop()).toBe(0);
    expect(readdirSync(directoryOf(flowscope)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('of several at once makes one token and one key for all', async () => {
    const flowscope = world.deployment({ FLOWSCOPE_INFLUX_URL: 'http://127.0.0.1:9' });
    const all = Array.from({ length: 3 }, () => serve(flowscope));
    const urls = await Promise.all(all.map((served) => served.url()));
    const token = readFileSync(tokenFile(flowscope), 'utf8').trim();
    for (const url of urls) {
      expect(await status(url!, '/v1/admin/sources', `Bearer ${token}`)).toBe(200);
      expect(await status(url!, '/v1/admin/sources')).toBe(401);
    }
    await Promise.all(all.map((served) => served.stop()));
  });
});

describe('the data directory', () => {
  it('of an older Flowscope is closed to other users, which is said', async () => {
    const flowscope = world.deployment();
    const add = ['--bucket', 'flow-logs', '--region', REGION, '--access-key-id', 'AKIATEST'];
    flowscope.env.FLOWSCOPE_SECRET_ACCESS_KEY = 'a-secret-of-the-tests';
    await flowscope.ok('source', 'add', 'a', ...add);
    const directory = directoryOf(flowscope);
    expect(readdirSync(directory)).toEqual(['registry.sqlite', 'secret.key']);
    chmodSync(directory, 0o755);
    readdirSync(directory).forEach((name) => chmodSync(join(directory, name), 0o644));
    const { code, stderr } = await flowscope.run('source', 'list');
    expect([code, stderr]).toEqual([
      0,
      `Other users could use registry.sqlite, secret.key in ${directory} until now. If one of them may have read ` +
        'secret.key, give sources and accounts new access keys.\n',
    ]);
    const modes = ['', ...readdirSync(directory)].map((name) => modeOf(join(directory, name)));
    expect(modes).toEqual(['700', '600', '600']);
    expect((await flowscope.run('source', 'list')).stderr).toBe('');
  });

  it('is closed with all that lies in it while it is served from', async () => {
    const flowscope = world.deployment();
    chmodSync(directoryOf(flowscope), 0o777);
    const served = serve(flowscope);
    await served.said(/(collecting)/);
    const names = readdirSync(directoryOf(flowscope));
    expect(names).toEqual(expect.arrayContaining(['api-token', 'registry.sqlite-shm', 'registry.sqlite-wal']));
    expect(names.map((name) => modeOf(join(directoryOf(flowscope), name)))).toEqual(names.map(() => '600'));
    expect(modeOf(directoryOf(flowscope))).toBe('700');
    await served.stop();
  });

  it('is not the current folder because its name is empty', async () => {
    const { code, stderr } = await world.deployment({ FLOWSCOPE_DATA_DIR: '' }).run('source', 'list');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^flowscope: FLOWSCOPE_DATA_DIR is empty: set it/)]);
  });
});

/** Ends the thread of a registry when it is asked for a certain operation, as an error in it would. */
const PRELOADED = `
const threads = require('node:worker_threads');
const { postMessage } = threads.Worker.prototype;
threads.Worker.prototype.postMessage = function (message, ...rest) {
  if (Array.isArray(message) && message.some(({ name }) => name === process.env.DIES_AT)) {
    void this.terminate();
  }
  return postMessage.call(this, message, ...rest);
};`;

describe('when the thread of the registry ends', () => {
  const SAID =
    /flowscope: The thread of the registry ended unexpectedly \(.*\)\. Nothing can be recorded without it\. /;
  const dyingAt = (operation: string) => {
    const preload = join(world.folder, 'dying.cjs');
    writeFileSync(preload, PRELOADED);
    return world.deployment({
      NODE_OPTIONS: `--require ${preload}`,
      DIES_AT: operation,
      FLOWSCOPE_TOKEN: 'x'.repeat(16),
    });
  };
  const object = () => {
    const record = `111122223333 eni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK`;
    return gzipSync(`account-id interface-id bytes packets start action log-status\n${record}\n`);
  };

  it.each(['listSources', 'dirtyHours'])('serve ends with a sentence, while it collects: %s', async (operation) => {
    const served = serve(dyingAt(operation));
    expect(await served.ended).toBe(1);
    expect(served.output).toMatch(SAID);
  });

  it('serve ends with a sentence, while it answers', async () => {
    const served = serve(dyingAt('listChanges'));
    const url = await served.url();
    await status(url!, '/v1/admin/audit', `Bearer ${'x'.repeat(16)}`).catch(() => undefined);
    expect(await served.ended).toBe(1);
    expect(served.output).toMatch(SAID);
    await expect(status(url!, '/healthz')).rejects.toThrow();
  });

  it('serve ends with a sentence, while it waits for InfluxDB', async () => {
    const flowscope = dyingAt('listChanges');
    flowscope.env.FLOWSCOPE_INFLUX_URL = 'http://127.0.0.1:9';
    const served = serve(flowscope);
    await status((await served.url())!, '/v1/admin/audit', `Bearer ${'x'.repeat(16)}`).catch(() => undefined);
    expect(await served.ended).toBe(1);
    expect(served.output).toMatch(SAID);
  });

  it.each(['registryId', 'grantPlan', 'recordStored'])('import ends with a sentence: %s', async (operation) => {
    const file = join(world.folder, 'one.log.gz');
    writeFileSync(file, object());
    const { code, stderr } = await dyingAt(operation).run('import', file);
    expect([code, stderr]).toEqual([1, expect.stringMatching(SAID)]);
  });

  it.each(['lookUpListed', 'grantPlan', 'recordStored', 'recordDeleted'])(
    'collect --once ends with a sentence, and an object is gone only when it was stored: %s',
    async (operation) => {
      const flowscope = dyingAt(operation);
      const bucket = await world.bucket();
      await world.put(bucket, '1.log.gz', object());
      await flowscope.addSource(bucket);
      const { code, stderr } = await flowscope.run('collect', '--once');
      expect([code, stderr]).toEqual([1, expect.stringMatching(SAID)]);
      flowscope.env.DIES_AT = 'nothing';
      await flowscope.ok('collect', '--once');
      expect(await world.keys(bucket)).toEqual([]);
      expect((await flowscope.sums('minute')).flow_interface).toMatchObject({ bytes: '10', flows: '1' });
    }
  );
});

describe('clients of serve', () => {
  const TOKEN = 'a-token-of-the-tests';
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`;

  it('that ask without reading the answers fill no memory, and keep it from nothing', async () => {
    const served = serve(world.deployment({ FLOWSCOPE_TOKEN: TOKEN }));
    const url = (await served.url())!;
    const sockets = Array.from({ length: 4 }, () => connect(Number(new globalThis.URL(url).port), '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => undefined).pause();
      socket.write(request('/v1/openapi.json').repeat(1500));
    }
    for (let i = 0; i < 100; i++) {
      expect(await status(url, '/healthz')).toBe(200);
    }
    const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${served.child.pid}/status`, 'utf8'))!;
    expect(Number(peak) / 1024).toBeLessThan(500);
    expect(await served.stop()).toBe(0);
    sockets.forEach((socket) => socket.destroy());
  });

  it('that hang do not keep it from ending', async () => {
    const served = serve(world.deployment({ FLOWSCOPE_TOKEN: TOKEN }));
    const url = (await served.url())!;
    const begun = [
      '',
      'GET /healthz HTT',
      request('/healthz'),
      `POST /v1/admin/sources HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 9\r\n\r\n{`,
    ];
    const sockets = await Promise.all(
      begun.map(async (text) => {
        const socket = connect(Number(new globalThis.URL(url).port), '127.0.0.1').on('error', () => undefined);
        await once(socket, 'connect');
        socket.write(text);
        return socket;
      })
    );
    expect(await status(url, '/healthz')).toBe(200);
    expect(await served.stop()).toBe(0);
    sockets.forEach((socket) => socket.destroy());
  });
});

it('an InfluxDB that is away for a moment while serve begins is waited for', async () => {
  const influx = await HangingProxy.start(world.influxUrl);
  let refusals = 0;
  // The schema is made, and then it is away.
  influx.hang = ({ body }) =>
    body.includes('policy_choice') && refusals++ === 0 ? { status: 503, body: '{"error":"starting"}' } : undefined;
  const served = serve(world.deployment({ FLOWSCOPE_INFLUX_URL: influx.url }));
  expect(await served.said(/flowscope serve: (collecting)/)).toBe('collecting');
  expect(refusals).toBeGreaterThan(1);
  expect(served.output).toMatch(/InfluxDB at \S+: starting Trying again in 5 s\./);
  expect(await served.stop()).toBe(0);
  influx.stop();
});
