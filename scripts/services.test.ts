import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInflux, startMoto } from './services';
import { firstLine, isAlive, startNode, untilGone, writeScript } from './testing';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'flowscope-services-'));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

describe('services', () => {
  it('starts InfluxDB, and starts it again with the same data at the same address', async () => {
    const first = await startInflux({ dir: join(dir, 'influx') });
    await fetch(`${first.url}/query?q=${encodeURIComponent('CREATE DATABASE kept')}`, { method: 'POST' });
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startInflux({ dir: join(dir, 'influx'), port: first.port });
    expect(second.url).toBe(first.url);
    const databases = await (await fetch(`${second.url}/query?q=${encodeURIComponent('SHOW DATABASES')}`)).text();
    expect(databases).toContain('kept');
    await second.stop();
  });

  it('starts an empty AWS', async () => {
    const moto = await startMoto({ dir: join(dir, 'moto') });
    expect(await (await fetch(`${moto.url}/`)).text()).toContain('ListAllMyBucketsResult');
    await moto.stop();
    expect(isAlive(moto.pid)).toBe(false);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves no process behind after %s', async (signal) => {
    const script = writeScript(
      dir,
      signal,
      `services.startInflux({ dir: ${JSON.stringify(join(dir, signal))} }).then(({ pid }) => console.log(pid));
      setInterval(() => {}, 1000);`
    );
    const child = startNode('--import', 'tsx', script);
    const pid = Number(await firstLine(child));
    expect(isAlive(pid)).toBe(true);
    child.kill(signal);
    await untilGone(pid);
  });
});
