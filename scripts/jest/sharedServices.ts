/**
 * jest's global set-up: an InfluxDB and a local AWS for all tests of a run, each started when the first test asks for it.
 * Tests find them through {@link sharedService} and keep out of each other's way with names of their own. The store at
 * FLOWSCOPE_TEST_INFLUX_URL takes the place of the InfluxDB that all share; tests of settings and of kills start one all the same.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfluxClient } from '../../src/sidecar/store/influx';
import { startInflux } from '../lib/influx';
import { startMoto } from '../lib/moto';
import { stopAll, type Service } from '../lib/processes';

let server: Server | undefined;
let dir: string | undefined;

export default async function start(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-tests-'));
  dir = folder;
  const started = new Map<string, Promise<Pick<Service, 'url'>>>();
  const starters: Readonly<Record<string, () => Promise<Pick<Service, 'url'>>>> = {
    // It has memory to spare, and would spend a quarter of its time on collecting garbage.
    '/influx': async () =>
      store === undefined ? startInflux({ dir: join(folder, 'influx'), env: { GOGC: '400' } }) : { url: store },
    '/aws': () => startMoto({ dir: join(folder, 'moto') }),
  };
  const store = process.env.FLOWSCOPE_TEST_INFLUX_URL;
  // What a run that was ended has left in a store of somebody else has lower numbers.
  let number = store === undefined ? 0 : Math.floor(Date.now() / 100);
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
  if (store !== undefined) {
    process.env.FLOWSCOPE_TEST_STORE = (await new InfluxClient({ url: store, database: '' }).ping()).name;
  }
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
