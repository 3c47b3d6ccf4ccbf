import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInflux, type Service } from '../../../scripts/services';
import { InfluxClient } from '../store/influx';
import { ensureSchema } from '../store/schema';

/** A real InfluxDB for the tests of a file; each call gives a client for a database of its own, with our policies. */
export function influxForTests(env: Readonly<Record<string, string>> = {}): () => Promise<InfluxClient> {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-influx-'));
  let service: Service | undefined;
  let databases = 0;
  beforeAll(async () => {
    Object.assign(process.env, env);
    service = await startInflux({ dir: folder });
    Object.keys(env).forEach((name) => delete process.env[name]);
  });
  afterAll(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return async () => {
    const client = new InfluxClient({ url: service!.url, database: `db${++databases}` });
    await ensureSchema(client);
    return client;
  };
}

/** Runs `work` against a server that answers as `listener` does. */
export async function withServer<T>(listener: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
