import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startInflux, startMoto } from './services.mjs';

let dir;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'flowscope-services-'));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid) {
  for (let i = 0; i < 100 && isAlive(pid); i++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  return !isAlive(pid);
}

describe('services', () => {
  it('starts InfluxDB with the settings of the documentation, and again where it was', async () => {
    const first = await startInflux({ dir: join(dir, 'influx') });
    await fetch(`${first.url}/query?q=${encodeURIComponent('CREATE DATABASE kept')}`, { method: 'POST' });
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startInflux({ dir: join(dir, 'influx'), port: first.port });
    expect(second.url).toBe(first.url);
    const diagnostics = await (await fetch(`${second.url}/query?q=${encodeURIComponent('SHOW DATABASES')}`)).text();
    expect(diagnostics).toContain('kept');
    await second.stop();
  });

  it('starts an empty AWS', async () => {
    const moto = await startMoto({ dir: join(dir, 'moto') });
    expect(await (await fetch(`${moto.url}/`)).text()).toContain('ListAllMyBucketsResult');
    await moto.stop();
    expect(isAlive(moto.pid)).toBe(false);
  });

  it.each(['SIGTERM', 'SIGKILL'])('leaves nothing behind after %s', async (signal) => {
    const script = `import { startInflux } from ${JSON.stringify(resolve('scripts/services.mjs'))};
      const { pid } = await startInflux({ dir: ${JSON.stringify(join(dir, signal))} });
      console.log(pid);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise((done) => child.stdout.once('data', (chunk) => done(Number(chunk))));
    expect(isAlive(pid)).toBe(true);
    child.kill(signal);
    expect(await untilGone(pid)).toBe(true);
  });
});
