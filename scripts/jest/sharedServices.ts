/**
 * jest's global set-up: an InfluxDB and a local AWS for all tests of a run, each started when the first test asks for it.
 * Tests find them through {@link sharedService} and keep out of each other's way with names of their own.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInflux } from '../lib/influx';
import { startMoto } from '../lib/moto';
import { stopAll, type Service } from '../lib/processes';

let server: Server | undefined;
let dir: string | undefined;

export default async function start(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-tests-'));
  dir = folder;
  const started = new Map<string, Promise<Service>>();
  const starters: Readonly<Record<string, () => Promise<Service>>> = {
    // It has memory to spare, and would spend a quarter of its time on collecting garbage.
    '/influx': () => startInflux({ dir: join(folder, 'influx'), env: { GOGC: '400' } }),
    '/aws': () => startMoto({ dir: join(folder, 'moto') }),
  };
  let number = 0;
  const answer = async (path: string, response: ServerResponse) => {
    if (path === '/number') {
      response.end(String(++number));
      return;
    }
    try {
      const service = started.get(path) ?? starters[path]();
      started.set(path, service);
      response.end((await service).url);
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  };
  server = createServer((request, response) => {
    // Kept alive, the connection of a test in this process would count as left open by it.
    response.shouldKeepAlive = false;
    void answer(request.url!, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.FLOWSCOPE_TEST_SERVICES = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stops what was started. */
export async function stop(): Promise<void> {
  server?.closeAllConnections();
  server?.close();
  await stopAll();
  if (dir !== undefined) {
    rmSync(dir, { recursive: true, force: true });
  }
}
