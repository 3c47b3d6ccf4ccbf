import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInflux } from '../../../scripts/services';
import { InfluxClient, type InfluxSettings } from '../store/influx';
import { ensureSchema } from '../store/schema';
import { sharedService, uniqueNumber } from './services';

/**
 * A real InfluxDB for the tests of a file; each call gives a client for a database of its own, with our policies. All tests
 * share one InfluxDB, unless `env` has settings (`INFLUXDB_…`) for one of their own.
 */
export function influxForTests(env?: Readonly<Record<string, string>>): () => Promise<InfluxClient> {
  const clients: InfluxClient[] = [];
  let url: string;
  let stop = async () => dropDatabases(clients);
  beforeAll(async () => {
    if (env === undefined) {
      url = await sharedService('influx');
      return;
    }
    const dir = mkdtempSync(join(tmpdir(), 'flowscope-influx-'));
    const service = await startInflux({ dir, env });
    url = service.url;
    stop = async () => {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    };
  });
  afterAll(() => stop());
  return async () => {
    const client = new PatientClient({ url, database: `db${await uniqueNumber()}` });
    clients.push(client);
    await ensureSchema(client);
    return client;
  };
}

/** `it`, but not with a store of that name at FLOWSCOPE_TEST_INFLUX_URL: docs/stores.md has what it cannot do. */
export const itUnlessOn = (store: 'openGemini'): jest.It => (process.env.FLOWSCOPE_TEST_STORE === store ? it.skip : it);

/**
 * A client that sees what it has written: it asks nothing before that shows in answers (`InfluxClient.shown`). `alsoOfOthers`: nor
 * before that holds of what other processes have written by then.
 */
export class PatientClient extends InfluxClient {
  private unseen?: Promise<void>;
  private unseenSums?: Promise<void>;

  constructor(
    settings: InfluxSettings,
    private readonly alsoOfOthers = false
  ) {
    super(settings);
  }

  override async query(...question: Parameters<InfluxClient['query']>): ReturnType<InfluxClient['query']> {
    if (!/ INTO /.test(question[0])) {
      await (this.alsoOfOthers ? this.shown() : Promise.all([this.unseen, this.unseenSums]));
    }
    return super.query(...question);
  }

  // What is to be summed up must show to those who sum it up, too: `recomputeHour` itself does not wait.
  override async queryInto(...statement: Parameters<InfluxClient['queryInto']>): Promise<void> {
    await this.unseen;
    await super.queryInto(...statement);
    this.unseenSums = this.shown();
  }

  override async write(...points: Parameters<InfluxClient['write']>): Promise<void> {
    try {
      await super.write(...points);
    } finally {
      this.unseen = this.shown();
    }
  }
}

/** Frees what the databases of a test file take in the shared InfluxDB. */
export async function dropDatabases(clients: readonly InfluxClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.query(`DROP DATABASE "${client.settings.database}"`)));
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
