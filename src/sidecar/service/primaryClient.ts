import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { CollectorAnswers } from '../../contract/collectors';
import type { ErrorBody } from '../../contract/common';
import { RULES_VERSION, type CollectorReport, type PrimaryOperationName } from '../registry/collectorOperations';
import { closedError, RegistryError, type RegistryErrorCode } from '../registry/errors';
import { registryVia } from '../registry/operations';
import type { Registry } from '../registry/registry';
import { Secrets } from '../registry/secrets';
import type { StoredSource } from '../registry/sources';
import { InfluxError } from '../store/influx';
import { Batches, type Outcome } from '../util/batches';
import { CommandFailed, explain } from '../util/commandError';
import { agentFor } from '../util/network';
import { sleep } from '../util/sleep';
import { now } from '../util/time';

const PATH = '/v1/collector/operations';
/** Requests on their way at once: what is asked meanwhile goes with the next one, so that nobody waits for longer than an answer. */
const REQUESTS = 2;
/** Bytes of calls in a request; a call that is larger goes alone. */
const REQUEST_BYTES = 1024 * 1024;
/** Longer than the primary gives an answer. */
const TIMEOUT_MS = 130_000;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5000;
/** Pause before the primary is asked again that says why this collector must wait. */
const WAIT_MS = 10_000;

/** The primary knows this collector no more, or never did. */
export class JoinRefused extends CommandFailed {}

/** A call as it waits to be sent. */
interface Call {
  readonly name: string;
  readonly json: string;
}

/** A source as the primary hands it out. `problem`: why it has no secret, although it needs one. */
type HandedOut = StoredSource & { readonly secretAccessKey?: string; readonly problem?: string };

/**
 * The primary, over HTTP. Its registry is that of this collector: each operation is a call, many in a request. While the primary
 * is away, calls wait, so that nothing new is begun.
 */
export class PrimaryClient {
  readonly registry: Registry;
  /** Seals the secrets of sources in this process's memory: the key is nowhere else. */
  readonly secrets = new Secrets(randomBytes(32));
  private readonly sealed = new Map<string, string>();
  private readonly stop = new AbortController();
  private readonly died = Promise.withResolvers<Error>();
  private failure?: Error;
  private problem?: string;
  private readonly batches = new Batches<Call, unknown>((calls) => this.send(calls), {
    underWay: REQUESTS,
    size: REQUEST_BYTES,
    sizeOf: ({ json }) => json.length,
  });

  /** `url`: of the primary's API. `version`: of Flowscope. */
  constructor(
    private readonly url: URL,
    private readonly token: string,
    private readonly version: string,
    private readonly log: Pick<Logger, 'info' | 'error'>
  ) {
    this.registry = {
      ...registryVia(({ name, args }) => this.call(name, args)),
      listSources: () => this.sources(),
      close: () => this.close(),
      died: this.died.promise,
    };
  }

  /** See `Primary` in `http/api.ts`. */
  publishNames(): Promise<void> {
    return this.ask('publishNames') as Promise<void>;
  }

  openShards(policy: string, stretches: readonly number[]): Promise<void> {
    return this.ask('openShards', policy, stretches) as Promise<void>;
  }

  newestOwners(): Promise<number> {
    return this.ask('newestOwners') as Promise<number>;
  }

  async report(report: CollectorReport): Promise<void> {
    await this.ask('report', report);
  }

  /** The enabled sources of this collector. */
  private async sources(): Promise<StoredSource[]> {
    const handedOut = (await this.ask('sources')) as HandedOut[];
    return handedOut.map(({ secretAccessKey, problem, ...source }) => {
      const { accessKeyId } = source.access;
      if (problem !== undefined) {
        this.log.error({ source: source.name }, problem);
      }
      return secretAccessKey === undefined || accessKeyId === undefined
        ? source
        : { ...source, access: { ...source.access, sealedSecret: this.seal(secretAccessKey, accessKeyId) } };
    });
  }

  /** The same text for the same secret: sources share clients by how they sign in. */
  private seal(secret: string, accessKeyId: string): string {
    const key = `${accessKeyId} ${secret}`;
    const sealed = this.sealed.get(key) ?? this.secrets.seal(secret, accessKeyId);
    this.sealed.set(key, sealed);
    return sealed;
  }

  private ask(name: PrimaryOperationName, ...args: readonly unknown[]): Promise<unknown> {
    return this.call(name, args);
  }

  private call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.failure) {
      return Promise.reject(this.failure);
    }
    return this.batches.add({ name, json: JSON.stringify({ name, args }) });
  }

  private close(): Promise<void> {
    this.end(closedError());
    return Promise.resolve();
  }

  private end(error: Error): void {
    this.failure ??= error;
    this.stop.abort();
  }

  /** Sends calls until they are answered. One that the primary refuses keeps none of the others from being answered. */
  private async send(calls: readonly Call[]): Promise<ReadonlyArray<Outcome<unknown>>> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      if (this.failure) {
        throw this.failure;
      }
      const { status, answer } = await this.post(calls);
      if (status === 200) {
        this.setProblem(undefined);
        return (answer as CollectorAnswers).answers.map(outcomeOf);
      }
      const said = (answer as Partial<ErrorBody> | undefined)?.error;
      if (status === 401) {
        const refused = new JoinRefused(
          `The primary at ${this.url.origin} does not let this collector join: ${said?.message}`
        );
        this.died.resolve(refused);
        this.end(refused);
        throw refused;
      }
      if (status === 409) {
        this.setProblem(said?.message);
        await sleep(WAIT_MS, this.stop.signal);
        continue;
      }
      if (said && (status === 400 || status === 403 || status === 413)) {
        return calls.length > 1
          ? (await Promise.all(calls.map((call) => this.send([call])))).flat()
          : [{ error: new RegistryError(said.message, said.code as RegistryErrorCode) }];
      }
      this.setProblem(
        `The primary at ${this.url.origin} does not answer${said ? `: ${said.message}` : ` as it should (${status ?? (answer as string)})`}`
      );
      await sleep(pause, this.stop.signal);
    }
  }

  /** Says once why this collector waits, and once that it does no more. */
  private setProblem(problem: string | undefined): void {
    if (problem !== this.problem && !this.failure) {
      if (problem === undefined) {
        this.log.info('The primary answers again.');
      } else {
        this.log.error(
          `${problem.replace(/[^.]$/, '$&.')} What has a plan is finished; nothing new is begun until then.`
        );
      }
      this.problem = problem;
    }
  }

  /** `status`: undefined when there is no answer; `answer` then says why. */
  private post(calls: readonly Call[]): Promise<{ status?: number; answer?: unknown }> {
    const about = { version: this.version, host: hostname(), rulesVersion: RULES_VERSION, now: now() };
    const body = `${JSON.stringify(about).slice(0, -1)},"calls":[${calls.map(({ json }) => json).join(',')}]}`;
    const headers = {
      Authorization: `Bearer ${this.token}`,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    const protocol = this.url.protocol as 'http:' | 'https:';
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const failed = (error: unknown) => resolve({ answer: explain(error) });
      const options = { method: 'POST', headers, agent: agentFor(protocol), timeout: TIMEOUT_MS };
      const request = send(new URL(PATH, this.url), { ...options, signal: this.stop.signal }, (response) => {
        readAll(response).then((text) => resolve({ status: response.statusCode, answer: parsed(text) }), failed);
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', failed);
      request.end(body);
    });
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function outcomeOf({ result, error }: CollectorAnswers['answers'][number]): Outcome<unknown> {
  if (!error) {
    return { result };
  }
  const { code, message } = error;
  return {
    error:
      code === 'unavailable'
        ? new InfluxError('unavailable', message)
        : code === 'internal'
          ? new Error(message)
          : new RegistryError(message, code as RegistryErrorCode),
  };
}
