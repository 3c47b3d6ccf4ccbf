import type { InfluxDB } from 'influx';
import { identifier, literal } from '../../reports/influxql';
import type { PolicyToCreate, StoreAdmin, StoredPolicy } from './access';
import { withAdvice } from './influxFaults';
import { agentFor } from '../util/network';
import {
  InfluxError,
  notAnswered,
  refuseProxyAnswer,
  statementRefused,
  TIMEOUT_MS,
  type InfluxClient,
  type InfluxSettings,
} from './influx';

/** A user of InfluxDB. */
export interface InfluxUser {
  readonly user: string;
  readonly admin: boolean;
}

/** What a user may do with a database: `READ`, `WRITE`, `ALL PRIVILEGES` or `NO PRIVILEGES`. */
export interface InfluxGrant {
  readonly database: string;
  readonly privilege: string;
}

/**
 * Database, retention policies and users of the store that the settings name, through the `influx` package. It asks one host,
 * once: whoever calls decides whether to ask again. All methods throw {@link InfluxError}.
 */
export class InfluxAdmin implements StoreAdmin {
  private connection: Promise<InfluxDB> | undefined;

  /** `timeoutMs`: how long InfluxDB may take for one answer. */
  constructor(
    readonly settings: InfluxSettings,
    private readonly timeoutMs = TIMEOUT_MS
  ) {}

  /** Names of all databases; with users switched on, those that this user may see. */
  databases(): Promise<string[]> {
    return this.ask((influx) => influx.getDatabaseNames());
  }

  /** Creates the database unless it is there. */
  createDatabase(): Promise<void> {
    return this.ask((influx) => influx.createDatabase(this.settings.database));
  }

  /** The retention policies of the database. */
  policies(): Promise<StoredPolicy[]> {
    return this.ask(async (influx) => [...(await influx.showRetentionPolicies(this.settings.database))]);
  }

  /** Creates a policy. One of the same name and durations may be there; with others InfluxDB refuses. */
  async createPolicy({ name, duration, shard, isDefault }: PolicyToCreate): Promise<void> {
    const { database } = this.settings;
    const replication = await this.replication();
    if (shard === undefined) {
      await this.ask((influx) => influx.createRetentionPolicy(name, { database, duration, replication, isDefault }));
      return;
    }
    // The package's own method knows no duration of shards.
    const policy = `${identifier(name)} ON ${identifier(database)} DURATION ${duration} REPLICATION ${replication} SHARD DURATION ${shard}`;
    await this.run(`CREATE RETENTION POLICY ${policy}${isDefault ? ' DEFAULT' : ''}`);
  }

  /** Gives a policy that is there another duration. */
  async alterPolicy(name: string, duration: string): Promise<void> {
    const { database } = this.settings;
    const replication = await this.replication();
    await this.ask((influx) => influx.alterRetentionPolicy(name, { database, duration, replication }));
  }

  /** How many copies are kept: openGemini wants as many of all policies of a database, whose first one is made with it. */
  private async replication(): Promise<number> {
    const [policy] = await this.ask((influx) => influx.showRetentionPolicies(this.settings.database));
    return policy?.replicaN ?? 1;
  }

  /** All users. */
  users(): Promise<InfluxUser[]> {
    return this.ask(async (influx) => [...(await influx.getUsers())]);
  }

  // The package's own methods for passwords send them in the URL, which proxies log, and let a backslash end the text early.

  /** Creates a user that may do nothing yet. */
  async createUser(name: string, password: string): Promise<void> {
    await this.run(`CREATE USER ${identifier(name)} WITH PASSWORD ${literal(password)}`);
  }

  /** Gives a user that is there another password. */
  async setPassword(name: string, password: string): Promise<void> {
    await this.run(`SET PASSWORD FOR ${identifier(name)} = ${literal(password)}`);
  }

  /** What a user may do, by database. */
  grants(name: string): Promise<InfluxGrant[]> {
    return this.run<InfluxGrant>(`SHOW GRANTS FOR ${identifier(name)}`);
  }

  /** Lets a user read the database, and no longer write it. */
  grantRead(name: string): Promise<void> {
    return this.ask((influx) => influx.grantPrivilege(name, 'READ', this.settings.database));
  }

  /** Runs a statement that the package has no method for, with POST so that nothing of it is in the URL. */
  private run<T>(statement: string): Promise<T[]> {
    const { database } = this.settings;
    return this.ask(async (influx) => [...(await influx.query<T>(statement, { database, method: 'POST' }))]);
  }

  private async ask<T>(question: (influx: InfluxDB) => Promise<T>): Promise<T> {
    const influx = await (this.connection ??= connect(this.settings, this.timeoutMs + 1000));
    let timer: NodeJS.Timeout | undefined;
    // The package waits for ever when a connection breaks in the middle of an answer.
    const tooLate = new Promise<never>((_resolve, reject) => {
      const error = new Error(`no whole answer in ${this.timeoutMs / 1000} s`);
      timer = setTimeout(() => reject(Object.assign(error, { code: 'ETIMEDOUT' })), this.timeoutMs);
    });
    try {
      return await Promise.race([question(influx), tooLate]);
    } catch (error) {
      throw toInfluxError(this.settings.url, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What administers the store that a client writes to. */
export function adminOf({ settings, access }: InfluxClient): StoreAdmin {
  return access.admin ?? new InfluxAdmin(settings);
}

/** Never waits between requests: with a delay the package would refuse all others to the only host for as long. */
const NO_DELAY = { getDelay: () => 0, next: () => NO_DELAY, reset: () => NO_DELAY };

/** `requestTimeout`: after so many milliseconds without a byte it gives up, which frees the connection. */
async function connect({ url, username, password }: InfluxSettings, requestTimeout: number): Promise<InfluxDB> {
  // Loaded only here, since most commands do without.
  const { InfluxDB: Connection } = await import('./influxPackage');
  const { protocol, hostname, port, pathname } = new URL(url);
  const isTls = protocol === 'https:';
  const options = {
    host: hostname,
    // What is left out the package would take for 8086, and a user for root.
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    path: pathname.replace(/\/+$/, ''),
    protocol: isTls ? ('https' as const) : ('http' as const),
    // InfluxDB repeats what it refuses in a header, as it came.
    options: { insecureHTTPParser: true, agent: agentFor(isTls ? 'https:' : 'http:') },
    username: (username || null) as string,
    password,
    pool: { maxRetries: 0, requestTimeout, backoff: NO_DELAY },
  };
  // It calls url.parse(), which would warn on standard error, where each failure is one line.
  const before = process.noDeprecation;
  process.noDeprecation = true;
  try {
    return new Connection(options);
  } finally {
    process.noDeprecation = before;
  }
}

/** What the package throws, which exports few of its errors, as what callers decide on. */
function toInfluxError(where: string, error: unknown): InfluxError {
  if (!(error instanceof Error)) {
    return notAnswered(where, error);
  }
  const { message } = error;
  const refused = /^Error from InfluxDB: (.*)$/s.exec(message)?.[1];
  if (refused !== undefined) {
    return statementRefused(where, refused);
  }
  const status = (error as { res?: { statusCode?: number } }).res?.statusCode;
  if (status !== undefined) {
    if (status === 407) {
      refuseProxyAnswer(where, status);
    }
    const said = errorIn(/error occurred: (.*)$/s.exec(message)?.[1] ?? '') ?? `HTTP ${status}`;
    return status === 401 || status === 403
      ? new InfluxError('unauthorized', `InfluxDB at ${where}: ${withAdvice(said)}`)
      : statementRefused(where, said, status);
  }
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return statementRefused(where, `its answer is not that of an InfluxDB (${message})`);
  }
  // Of an answer from 500 on the package keeps the status in words alone.
  return 'code' in error ? notAnswered(where, error) : statementRefused(where, message, 500);
}

/** InfluxDB's words in the body of a refusal. */
function errorIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { error?: string }).error;
  } catch {
    return body.trim().slice(0, 200) || undefined;
  }
}
