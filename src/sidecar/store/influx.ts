import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CommandFailed } from '../util/commandError';
import { sleep } from '../util/sleep';
import { agentFor, agentOptions, proxyAnswer, proxyFault, proxyOf, type ProxyFault } from '../util/network';
import type { StoreAccess, StoreAnswer } from './access';
import { faultOf, UNANSWERED, withAdvice, type InfluxFailure } from './influxFaults';
import { STORE_KINDS, USE_INSTEAD, VERSION_HEADERS, type StoreKind } from './kinds';

/** One row of an InfluxQL answer: `time` as RFC 3339 text, tags and fields by name. Integers beyond 2^53 are text. */
export type Row = Record<string, string | number | boolean | null>;

/** Where an InfluxDB-v1-compatible store is and how to sign in. */
export interface InfluxSettings {
  /** `http://host:8086`, without credentials. */
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
}

/** Which store answers. */
export interface StoreIdentity {
  /** `InfluxDB`, `openGemini` */
  readonly name: string;
  readonly version: string;
}

/** A request that InfluxDB did not answer, or refused. `message` says where and why. */
export class InfluxError extends Error {
  override readonly name = 'InfluxError';
  constructor(
    readonly failure: InfluxFailure,
    message: string,
    options?: ErrorOptions & { readonly dropped?: number; readonly reason?: string }
  ) {
    super(message, options);
    this.dropped = options?.dropped ?? 0;
    this.reason = options?.reason ?? message;
  }
  /** Of an `expired` failure: how many points were dropped. */
  readonly dropped: number;
  /** What went wrong and what to do, for those who know where InfluxDB is; the message says that, too. */
  readonly reason: string;
}

/** Whether a request failed in that way. */
export function isFailure(error: unknown, failure: InfluxFailure): error is InfluxError {
  return error instanceof InfluxError && error.failure === failure;
}

/** Whether InfluxDB answered a request, and did not do what it asks for. */
export function isRefusal(error: unknown): error is InfluxError {
  return error instanceof InfluxError && error.failure !== 'unavailable';
}

/** How long InfluxDB may take for one request before it counts as unavailable. */
export const TIMEOUT_MS = 60_000;

/**
 * A client of InfluxDB's v1 HTTP API, for points and sums. Not the `influx` package, which `InfluxAdmin` uses: that one reads
 * sums above 2^53 as doubles, and does not distinguish the refusals on which the pipeline decides.
 */
export class InfluxClient {
  /** The last write to each policy that is being written to. */
  private readonly lastWrites = new Map<string, Promise<void>>();
  private kind?: StoreKind;

  /** `access`: how its requests get there. */
  constructor(
    readonly settings: InfluxSettings,
    readonly access: StoreAccess = OVER_HTTP
  ) {}

  /** Runs one InfluxQL statement and returns the rows of all its series. Throws {@link InfluxError}. */
  async query(influxql: string, timeoutMs = TIMEOUT_MS): Promise<Row[]> {
    const body = new URLSearchParams({ q: influxql, db: this.settings.database });
    const { status, text } = await this.request(
      '/query',
      body.toString(),
      'application/x-www-form-urlencoded',
      timeoutMs
    );
    const answer = parseExact(text) as QueryAnswer;
    const error = answer.error ?? answer.results?.find((result) => result.error)?.error;
    if (error) {
      const refusal = statementRefused(this.where, error, status);
      if (refusal.failure === 'empty') {
        return [];
      }
      throw refusal;
    }
    if (answer.results?.some(isPartial)) {
      throw new InfluxError(
        'refused',
        `InfluxDB at ${this.where} left out part of its answer, since it is set to give ${rowsIn(answer)} rows at most. ` +
          'Set max-row-limit = 0 in section [http] of influxdb.conf, and restart InfluxDB.'
      );
    }
    return (answer.results ?? []).flatMap((result) => (result.series ?? []).flatMap(rowsOf));
  }

  /**
   * Runs one `SELECT … INTO` that writes to this policy, once earlier writes to it are done: see {@link write}. Throws
   * {@link InfluxError}.
   */
  queryInto(policy: string, influxql: string, timeoutMs = TIMEOUT_MS): Promise<void> {
    return this.inTurn(policy, async () => void (await this.query(influxql, timeoutMs)));
  }

  /**
   * Writes line protocol with nanosecond timestamps and waits for the acknowledgement. Writes to one policy are sent one after
   * the other, since InfluxDB may acknowledge and lose one of two that are the first ones to a shard, at the same time
   * (docs/decisions/0012-one-write-at-a-time.md).
   * Throws {@link InfluxError}: `expired` when some points were beyond retention and all others are stored.
   */
  write(policy: string, lines: string | Uint8Array): Promise<void> {
    return this.inTurn(policy, () => this.send(policy, lines));
  }

  /** Resolves when the writes that were begun to this policy are done; undefined when there are none. */
  lastWrite(policy: string): Promise<void> | undefined {
    return this.lastWrites.get(policy);
  }

  private inTurn(policy: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.lastWrite(policy) ?? Promise.resolve()).then(work);
    const done = turn
      .catch(() => undefined)
      .then(() => {
        if (this.lastWrite(policy) === done) {
          this.lastWrites.delete(policy);
        }
      });
    this.lastWrites.set(policy, done);
    return turn;
  }

  private async send(policy: string, lines: string | Uint8Array): Promise<void> {
    const query = new URLSearchParams({ db: this.settings.database, rp: policy, precision: 'ns' });
    const { status, text } = await this.request(`/write?${query}`, lines, 'text/plain; charset=utf-8');
    if (status !== 204) {
      const said = errorText(text, status);
      const failure = writeFailure(status, said);
      // At least one, also where a store does not say how many: with none the object would pass for stored whole.
      const dropped = failure === 'expired' ? Math.max(1, Number(/dropped=(\d+)/.exec(text)?.[1] ?? 1)) : 0;
      throw new InfluxError(failure, `InfluxDB at ${this.where}: ${withAdvice(said)}`, { dropped });
    }
  }

  /**
   * Resolves once all that was acknowledged before shows in answers: see {@link StoreKind.showsAfterMs}. Throws {@link InfluxError}
   * like {@link ping}.
   */
  async shown(): Promise<void> {
    const { showsAfterMs } = await this.storeKind();
    if (showsAfterMs !== undefined) {
      await sleep(showsAfterMs);
    }
  }

  /** The kind of the store, which is asked for once. Throws {@link InfluxError} like {@link ping}. */
  async storeKind(): Promise<StoreKind> {
    return (this.kind ??= (await this.introduce()).kind);
  }

  /** Asks the store who it is. Throws {@link InfluxError}: `unavailable` when nothing answers, `refused` for a store that cannot be used. */
  async ping(timeoutMs = TIMEOUT_MS): Promise<StoreIdentity> {
    const { kind, headers } = await this.introduce(timeoutMs);
    return { name: kind.name, version: headers[kind.versionHeader]?.toString() || 'unknown' };
  }

  private async introduce(timeoutMs = TIMEOUT_MS) {
    const { status, headers } = await this.request('/ping', undefined, undefined, timeoutMs);
    const isNamed = VERSION_HEADERS.some((header) => headers[header] !== undefined);
    const health = isNamed ? undefined : await this.request('/health', undefined, undefined, timeoutMs);
    const introduction = { status, headers, health: health?.status === 200 ? health.text : undefined };
    const kind = STORE_KINDS.find(({ isKind }) => isKind(introduction))!;
    if (kind.lacks !== undefined) {
      const reason = `This is ${kind.name}, which Flowscope cannot use: ${kind.lacks}. ${USE_INSTEAD}`;
      throw new InfluxError('refused', `At ${this.where}: ${reason}`, { reason });
    }
    return { kind, headers };
  }

  private get where(): string {
    return this.settings.url;
  }

  /** Sends a request and reads the whole answer: a store that goes away halfway has not answered. */
  private async request(
    path: string,
    body?: string | Uint8Array,
    type?: string,
    timeoutMs = TIMEOUT_MS
  ): Promise<StoreAnswer> {
    const { url, username, password } = this.settings;
    const headers: Record<string, string> = type ? { 'Content-Type': type } : {};
    if (username) {
      headers.Authorization = `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
    }
    let answer: StoreAnswer;
    try {
      answer = await this.access.send(new URL(url.replace(/\/+$/, '') + path), body, headers, timeoutMs);
    } catch (cause) {
      throw notAnswered(this.where, cause);
    }
    if (!VERSION_HEADERS.some((header) => answer.headers[header] !== undefined)) {
      refuseProxyAnswer(this.where, answer.status);
    }
    return answer;
  }
}

/** What a statement may meet; the other failures are those of writes. */
const OF_STATEMENTS: readonly InfluxFailure[] = ['missing', 'empty', 'exists', 'unavailable'];

/** The error for a statement that InfluxDB refused with these words. `status`: of its answer. */
export function statementRefused(where: string, said: string, status = 200): InfluxError {
  const { failure } = faultOf(said) ?? {};
  return new InfluxError(
    failure !== undefined && OF_STATEMENTS.includes(failure) ? failure : status >= 500 ? 'unavailable' : 'refused',
    `InfluxDB at ${where}: ${withAdvice(said)}`
  );
}

/** What a proxy answers by itself. Source: RFC 9110, 15. */
const OF_A_PROXY = [403, 407, 502, 503, 504];

/** Throws {@link InfluxError} when a proxy has answered in InfluxDB's place, which names its version in every answer. */
export function refuseProxyAnswer(where: string, status: number): void {
  const url = new URL(where);
  const proxy = proxyOf(url);
  if (proxy && OF_A_PROXY.includes(status)) {
    throw notReached(where, proxyAnswer(proxy, url.host, status));
  }
}

const notReached = (where: string, { what, toDo }: ProxyFault, cause?: unknown) =>
  new InfluxError('unavailable', `InfluxDB at ${where} cannot be reached: ${what}. ${toDo}`, {
    cause,
    reason: `${what}. ${toDo}`,
  });

/** The error for a request that nothing answered. */
export function notAnswered(where: string, cause: unknown): InfluxError {
  if (cause instanceof CommandFailed) {
    return new InfluxError('refused', cause.message, { cause });
  }
  const fault = proxyFault(cause, new URL(where));
  if (fault) {
    return notReached(where, fault, cause);
  }
  // In one line, unlike what OpenSSL says.
  const said = (cause instanceof Error ? cause.message || cause.name : String(cause)).trim().replace(/\s+/g, ' ');
  const { code } = (cause ?? {}) as { code?: string };
  const [, toDo] = UNANSWERED.find(([wording]) => wording.test(`${code ?? ''} ${said}`))!;
  return new InfluxError('unavailable', `InfluxDB does not answer at ${where} (${said}). ${toDo}`, {
    cause,
    reason: `${said}. ${toDo}`,
  });
}

/**
 * A client for the store that the environment names: FLOWSCOPE_INFLUX_URL, …_DATABASE, …_USERNAME, …_PASSWORD. Throws what is wrong
 * with them, or with the settings of the network.
 */
export function createInfluxClient(env: NodeJS.ProcessEnv): InfluxClient {
  const url = env.FLOWSCOPE_INFLUX_URL ?? 'http://127.0.0.1:8086';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) {
    throw new InfluxError(
      'refused',
      'FLOWSCOPE_INFLUX_URL must look like http://host:8086; user and password go into FLOWSCOPE_INFLUX_USERNAME and …_PASSWORD.'
    );
  }
  agentOptions(env);
  return new InfluxClient({
    url,
    database: env.FLOWSCOPE_INFLUX_DATABASE ?? 'flowscope',
    username: env.FLOWSCOPE_INFLUX_USERNAME,
    password: env.FLOWSCOPE_INFLUX_PASSWORD,
  });
}

const OVER_HTTP: StoreAccess = { send: sendRequest };

/**
 * One request over a kept connection. Not `fetch`: InfluxDB repeats what it refuses in a header, as it came, and `fetch`
 * then calls the answer no HTTP.
 */
function sendRequest(
  url: URL,
  body: string | Uint8Array | undefined,
  headers: Record<string, string>,
  timeoutMs: number
): Promise<StoreAnswer> {
  const isTls = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      agent: agentFor(isTls ? 'https:' : 'http:'),
      insecureHTTPParser: true,
      signal: AbortSignal.timeout(timeoutMs),
    };
    const request = (isTls ? httpsRequest : httpRequest)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, text: Buffer.concat(chunks).toString() });
        });
    });
    request.on('error', reject).end(body);
  });
}

interface QueryAnswer {
  error?: string;
  results?: Result[];
}

/** The answer to one statement. `partial`: rows were left out behind these. */
interface Result {
  error?: string;
  partial?: boolean;
  series?: Series[];
}

interface Series {
  name: string;
  tags?: Record<string, string>;
  columns: string[];
  /** Whether rows of this series were left out. */
  partial?: boolean;
  /** Absent when there are none. */
  values?: Array<Array<string | number | boolean | null>>;
}

/** Whether InfluxDB left out rows for its limit `max-row-limit`: what is there must not pass for the whole. */
function isPartial({ partial, series = [] }: Result): boolean {
  return partial === true || series.some((one) => one.partial);
}

function rowsIn({ results = [] }: QueryAnswer): number {
  const series = results.flatMap((result) => result.series ?? []);
  return series.reduce((sum, { values = [] }) => sum + values.length, 0);
}

function rowsOf(series: Series): Row[] {
  return (series.values ?? []).map((values) => {
    const row: Row = { ...series.tags };
    series.columns.forEach((column, i) => (row[column] = values[i]));
    return row;
  });
}

/** What may be an integer beyond 2^53. */
const MANY_DIGITS = /\d{16}/;

/** JSON in which integers beyond 2^53 become text, so that no sum is rounded. */
function parseExact(json: string): unknown {
  const exact = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? context?.source : value;
  try {
    // Looking at each value takes ten times as long.
    return MANY_DIGITS.test(json) ? JSON.parse(json, exact) : JSON.parse(json);
  } catch {
    return { error: json.trim().slice(0, 200) || 'an empty answer' };
  }
}

function errorText(body: string, status: number): string {
  const answer = parseExact(body) as { error?: string };
  return answer.error ?? `HTTP ${status}`;
}

/** Wordings as InfluxDB 1.6 to 1.8 and openGemini send them. */
function writeFailure(status: number, said: string): InfluxFailure {
  const { failure } = faultOf(said) ?? {};
  const isAway = status >= 500 || status === 429;
  // 404 and 500 in InfluxDB 1.x for what is missing, but waiting brings neither back.
  return failure === undefined || (failure === 'expired' && isAway) ? (isAway ? 'unavailable' : 'refused') : failure;
}
