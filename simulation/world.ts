import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { Bucket } from '../src/sidecar/aws/bucket';
import { Queue } from '../src/sidecar/aws/queue';
import { inlineDecoder } from '../src/sidecar/testing/inlineDecoder';
import { OperationQueue } from '../src/sidecar/registry/operationQueue';
import {
  registryVia,
  runOperation,
  type Operation,
  type OperationName,
  type Registry,
} from '../src/sidecar/registry/operations';
import { runCollector, startRunning, type Running, type CollectorDependencies } from '../src/sidecar/service/collector';
import type { Stop } from '../src/sidecar/service/stopping';
import type { StoreAccess, StoreAnswer } from '../src/sidecar/store/access';
import { InfluxClient, notAnswered } from '../src/sidecar/store/influx';
import { Machine, VirtualTime } from './clock';
import { InfluxModel } from './models/influx';
import { bodyOf, BucketModel, s3ClientOn, S3Failure, type S3Answer, type S3Request } from './models/s3';
import { QueueModel, sqsClientOn, type AskQueue } from './models/sqs';
import type { Content } from './objects';
import { Draws } from './random';
import { plansIn, type SeenPlan } from './plans';
import { StoredSums } from './storedSums';

/** How long a run of `serve` finishes what it has begun, as `withStop` has it. Milliseconds. */
const FINISH_MS = 8000;
const QUEUE_WAIT = 20;
const DATABASE = 'flowscope';

/** How InfluxDB behaves. */
export type StoreCondition = 'well' | 'refuses' | 'hangs' | 'fails' | 'disk-full' | 'slow';
/** How S3 or SQS behaves towards one source. */
export type AwsCondition = 'well' | 'throttles' | 'denies' | 'breaks-off' | 'lies';
/** How the disk of the registry behaves. */
export type DiskCondition = 'well' | 'full' | 'slow';

/** A place that flow logs are delivered to. */
export interface Place {
  readonly name: string;
  readonly bucket: BucketModel;
  readonly queue?: QueueModel;
  s3: AwsCondition;
  sqs: AwsCondition;
}

/** A running `serve`. */
export interface Collector {
  readonly machine: Machine;
  /** Unix milliseconds. */
  readonly started: number;
  readonly running: Running;
  /** Stops it as SIGTERM does. */
  readonly stop: Stop;
  /** Set when it ended. */
  ended?: { readonly error?: unknown };
}

/** What keeps one `serve` running, as an operating system does. */
export interface Keeper {
  current: Collector;
  /** Whether one that ended is started again. */
  isOn: boolean;
}

/** One line of a collector's log. */
export interface Said {
  readonly time: number;
  readonly machine: string;
  readonly level: number;
  readonly text: string;
}

/** A moment in the life of a collector at which something can be made to happen. */
export type Moment = (step: string, detail: string, machine: Machine) => void;

/** What a violation is reported with. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Everything outside of a collector, and what is known of it for the checks. */
export class World {
  readonly draws: Draws;
  readonly time: VirtualTime;
  readonly influx: InfluxModel;
  readonly sums = new StoredSums();
  readonly places: Place[] = [];
  readonly collectors: Collector[] = [];
  readonly said: Said[] = [];
  /** By SHA-256. */
  readonly contents = new Map<string, Content>();
  /** SHA-256 of what was put at a key with that ETag. */
  readonly versions = new Map<string, string>();
  /** SHA-256 of all that was deleted from buckets by a collector. */
  readonly deleted = new Set<string>();
  readonly violations: string[] = [];
  /** Plans that went with a registry that was replaced by an older copy. */
  readonly lostPlans: SeenPlan[] = [];
  keeper!: Keeper;
  /** Set once no more trouble is to begin. */
  isOver = false;
  /** What people do when all is to be well. */
  readonly remedies: Array<() => void> = [];
  store: StoreCondition = 'well';
  disk: DiskCondition = 'well';
  /** The chance that a call to InfluxDB, S3 or SQS fails by itself. */
  loss = 0;
  db: DatabaseSync;
  /** Called at each step of a collector. */
  readonly moments: Moment[] = [];
  /** The last things that happened, or all of them. */
  readonly events: string[] = [];
  private readonly hash = createHash('sha256');
  private readonly order: Draws;
  private machines = 0;

  constructor(
    readonly seed: number,
    template: Uint8Array,
    private readonly keepsAll = false
  ) {
    this.draws = new Draws(seed);
    this.order = this.draws.fork('order');
    this.time = new VirtualTime(Date.UTC(2026, 2, 3, this.draws.between(0, 23), this.draws.between(0, 59)));
    this.influx = new InfluxModel(
      DATABASE,
      () => this.time.now,
      (...point) => this.sums.note(...point)
    );
    this.db = openCopy(template);
  }

  /** Unix seconds, true. */
  get now(): number {
    return Math.floor(this.time.now / 1000);
  }

  /** Notes what happened: part of the seed's fingerprint. */
  note(what: string): void {
    const line = `${new Date(this.time.now).toISOString().slice(5, 23)} ${what}`;
    this.hash.update(line);
    this.events.push(line);
    if (!this.keepsAll && this.events.length > 400) {
      this.events.splice(0, 200);
    }
  }

  /** What tells one course of events from another. */
  fingerprint(): string {
    return this.hash.copy().digest('hex').slice(0, 16);
  }

  violate(what: string): void {
    this.note(`VIOLATION ${what}`);
    this.violations.push(what);
  }

  /** A bucket, with a queue that announces its objects where `hasQueue`. */
  addPlace(name: string, hasQueue: boolean, pageSize: number): Place {
    const now = () => this.time.now;
    const bucket = new BucketModel(now, (key, { etag }) => this.onDeleted(place, key, etag), pageSize);
    const queue = hasQueue ? new QueueModel(now, (messages) => this.order.between(0, messages - 1)) : undefined;
    const place: Place = { name, bucket, queue, s3: 'well', sqs: 'well' };
    this.places.push(place);
    return place;
  }

  /** Delivers an object. `isAnnounced`: a message tells of it. */
  put(place: Place, key: string, content: Content, isAnnounced = true): void {
    const { sha256, body } = content;
    const { etag } = place.bucket.put(key, body);
    this.contents.set(sha256, content);
    this.versions.set(`${place.name} ${key} ${etag}`, sha256);
    this.note(`put ${place.name} ${key} ${sha256.slice(0, 8)} ${content.fate}`);
    if (isAnnounced && place.queue) {
      const object = { key: encodeURIComponent(key), size: body.length, eTag: etag.replaceAll('"', '') };
      const eventTime = new Date(this.time.now).toISOString();
      const s3 = { bucket: { name: place.name }, object };
      place.queue.send(JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', eventTime, s3 }] }));
    }
  }

  /** What lies at a key. */
  contentAt(place: Place, key: string): Content | undefined {
    const object = place.bucket.objects.get(key);
    return object && this.contents.get(this.versions.get(`${place.name} ${key} ${object.etag}`)!);
  }

  /** Set by the checks: called when a collector deletes an object. */
  onDeletion: (place: Place, key: string, etag: string, sha256: string) => void = () => undefined;

  private onDeleted(place: Place, key: string, etag: string): void {
    const sha256 = this.versions.get(`${place.name} ${key} ${etag}`)!;
    this.note(`deleted ${place.name} ${key} ${sha256.slice(0, 8)}`);
    this.deleted.add(sha256);
    this.onDeletion(place, key, etag, sha256);
  }

  /** A new machine. */
  machine(name: string): Machine {
    return new Machine(`${name}${++this.machines}`, this.time);
  }

  /** Starts `serve` on a new machine. `db`: of its registry. `skew`: of its clock, milliseconds. */
  startCollector(name: string, skew = 0, db = this.db): Collector {
    const machine = this.machine(name);
    machine.skew = skew;
    const stopping = new AbortController();
    const finish = Promise.withResolvers<false>();
    const running = startRunning();
    const stop: Stop = {
      signal: stopping.signal,
      begin: () => {
        if (!stopping.signal.aborted) {
          stopping.abort();
          this.time.at(FINISH_MS, machine, () => finish.resolve(false));
        }
      },
      finished: (work) => Promise.race([work.then(() => true), finish.promise]),
    };
    const collector: Collector = { machine, started: this.time.now, running, stop };
    this.note(`start ${machine.name}`);
    const log = pino({ base: undefined, timestamp: false }, { write: (line) => this.hear(machine, line) });
    const end = (error?: unknown) => {
      if (machine.isAlive) {
        collector.ended = { error };
        this.note(`ended ${machine.name}${error ? ` ${(error as Error).message}` : ''}`);
        machine.kill();
      }
    };
    machine.run(() => {
      runCollector(running, log, stop, this.dependencies(machine, db)).then(() => end(), end);
    });
    this.collectors.push(collector);
    return collector;
  }

  /** Kills it, as `kill -9` does. */
  kill({ machine }: Collector, why: string): void {
    if (machine.isAlive) {
      this.note(`kill ${machine.name} ${why}`);
      machine.kill();
    }
  }

  /** What a process on a machine works with. */
  dependencies(machine: Machine, db = this.db): Required<CollectorDependencies> {
    const clients = new Map(
      this.places.map((place) => [
        place.name,
        {
          s3: s3ClientOn((request, signal) => this.askS3(machine, place, request, signal)),
          sqs: sqsClientOn((...question) => this.askSqs(machine, place, ...question)),
        },
      ])
    );
    return {
      store: new InfluxClient({ url: 'http://influx:8086', database: DATABASE }, this.storeAccess(machine)),
      aws: {
        bucketOf: ({ bucket, region }) => Promise.resolve(new Bucket(clients.get(bucket)!.s3, bucket, region)),
        queueOf: ({ bucket, queueUrl, region }) =>
          Promise.resolve(
            queueUrl === undefined ? undefined : new Queue(clients.get(bucket)!.sqs, queueUrl, region, QUEUE_WAIT)
          ),
        release: () => undefined,
      },
      registry: this.registryOn(machine, db),
      decoder: inlineDecoder,
    };
  }

  /** The registry in a thread of the machine: real SQLite, real batches; what was not committed when it dies is lost. */
  registryOn(machine: Machine, db: DatabaseSync): Registry {
    const queue = new OperationQueue(':memory:', db);
    const call = (operation: Operation) => {
      const { name } = operation;
      const isStep = STEPS.has(name);
      if (isStep) {
        this.step(`before ${name}`, detailOf(operation), machine);
      }
      const slow = this.disk === 'slow' ? this.order.between(20, 1500) : 0;
      const work = () =>
        new Promise((resolve, reject) => {
          const done = (error: unknown, result?: unknown) => {
            if (isStep) {
              this.note(`${machine.name} ${name} ${detailOf(operation)}${error ? ` ${String(error)}` : ''}`);
              this.step(`after ${name}`, detailOf(operation), machine);
            }
            if (error === undefined) {
              resolve(result);
            } else {
              reject(error as Error);
            }
          };
          queue.submit({ ...operation, done });
        });
      return machine.call(this.order.between(0, 1) + slow, 0, work, false);
    };
    return {
      ...registryVia(call),
      close: () => Promise.resolve(),
      died: new Promise(() => undefined),
    };
  }

  /** Sets all right that people and machines have changed. */
  setRight(): void {
    this.remedies.forEach((remedy) => remedy());
    this.collectors.forEach(({ machine }) => (machine.skew = 0));
  }

  /** An administrator's change of the registry, by the operation of the command or the API. Its failures are the person's. */
  edit(name: OperationName, ...args: readonly unknown[]): void {
    try {
      this.db.exec('BEGIN IMMEDIATE');
      runOperation(this.db, { name, args });
      this.db.exec('COMMIT');
      this.note(`edit ${name} ${JSON.stringify(args)}`);
    } catch (error) {
      if (this.db.isTransaction) {
        this.db.exec('ROLLBACK');
      }
      this.note(`edit ${name} failed: ${(error as Error).message}`);
    }
  }

  /** Puts an older copy in the place of the registry. No process may run on it. */
  restore(copy: Uint8Array): void {
    const before = plansIn(this.db);
    this.db.close();
    this.db = openCopy(copy);
    this.disk = 'well';
    const nameOf = ({ sha256, offsets }: SeenPlan) => `${sha256} ${offsets.join(' ')}`;
    const known = new Set(plansIn(this.db).map(nameOf));
    this.lostPlans.push(...before.filter((plan) => !known.has(nameOf(plan))));
    this.note(`registry restored, ${this.lostPlans.length} plans lost`);
  }

  /** Makes the disk of the registry full, or frees it. */
  setDisk(condition: DiskCondition): void {
    this.disk = condition;
    const { page_count: pages } = this.db.prepare('PRAGMA page_count').get() as { page_count: number };
    this.db.exec(`PRAGMA max_page_count = ${condition === 'full' ? pages : 1_000_000}`);
  }

  /** Something is about to happen, or just did: adversaries may act. */
  step(what: string, detail: string, machine: Machine): void {
    if (machine.isAlive) {
      this.moments.forEach((moment) => moment(what, detail, machine));
    }
  }

  private hear(machine: Machine, line: string): void {
    if (machine.isAlive) {
      const { level, msg = '', source } = JSON.parse(line) as { level: number; msg?: string; source?: string };
      const text = source === undefined ? msg : `source ${source}: ${msg}`;
      this.said.push({ time: this.time.now, machine: machine.name, level, text });
      this.note(`${machine.name} says ${text}`);
    }
  }

  private storeAccess(machine: Machine): StoreAccess {
    return {
      send: (url, body, _headers, timeoutMs) => this.askStore(machine, url, body, timeoutMs),
      admin: this.influx.admin((work) => {
        if (this.store !== 'well' && this.store !== 'slow') {
          return machine.call(2, 2, () => {
            throw notAnswered('http://influx:8086', new Error('connect ECONNREFUSED'));
          });
        }
        return machine.call(this.order.between(1, 20), 1, work);
      }),
    };
  }

  private askStore(
    machine: Machine,
    url: URL,
    body: string | Uint8Array | undefined,
    timeoutMs: number
  ): Promise<StoreAnswer> {
    const isWrite = url.pathname === '/write';
    const policy = url.searchParams.get('rp') ?? '';
    const isTraffic = isWrite && (policy === 'minute' || policy === 'hour');
    const condition = this.order.chance(this.loss)
      ? this.order.pick(['refuses', 'hangs', 'fails'] as const)
      : this.store;
    const there = condition === 'slow' ? this.order.between(50, 20_000) : this.order.between(1, 6);
    const back = condition === 'slow' ? this.order.between(50, 20_000) : this.order.between(1, 6);
    if (isTraffic) {
      this.step('before write', policy, machine);
    }
    const effect = () => {
      const answer = this.influx.handle(url, body);
      if (isTraffic) {
        this.note(`${machine.name} wrote ${policy} ${body!.length} bytes ${answer.status}`);
        this.step('after write', policy, machine);
      }
      return answer;
    };
    /** Of a write that breaks off, the store may have all, some or none. */
    const perhaps = () => {
      if (this.order.chance(0.3)) {
        effect();
      } else if (isWrite && this.order.chance(0.5)) {
        const lines = Buffer.from(body as Uint8Array)
          .toString()
          .split('\n');
        this.influx.write(policy, lines.slice(0, this.order.between(0, lines.length)).join('\n'));
      }
    };
    switch (condition) {
      case 'refuses':
        return machine.call(1, 1, () => {
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        });
      case 'hangs':
        return machine.call(there, Math.max(0, timeoutMs - there), () => {
          perhaps();
          throw new Error('The operation was aborted due to timeout');
        });
      case 'fails':
        return machine.call(there, back, () => {
          perhaps();
          return { status: 503, headers: {}, text: '{"error":"timeout"}' };
        });
      case 'disk-full':
        return isWrite
          ? machine.call(there, back, () => {
              perhaps();
              return { status: 500, headers: {}, text: '{"error":"engine: write: no space left on device"}' };
            })
          : machine.call(there, back, effect);
      default:
        return there + back > timeoutMs
          ? machine.call(there, Math.max(0, timeoutMs - there), () => {
              effect();
              throw new Error('The operation was aborted due to timeout');
            })
          : machine.call(there, back, effect);
    }
  }

  private askS3(machine: Machine, place: Place, request: S3Request, signal?: AbortSignal): Promise<S3Answer> {
    const { call, key } = request;
    const isDeletion = call === 'DeleteObject' || call === 'DeleteObjects';
    const isLost = this.order.chance(this.loss);
    const condition = isLost ? this.order.pick(['throttles', 'breaks-off'] as const) : place.s3;
    const [there, back] = [this.order.between(2, 30), this.order.between(2, 30)];
    if (isDeletion) {
      this.step(`before ${call}`, place.name, machine);
    }
    const effect = () => {
      const answer = place.bucket.handle(request);
      if (isDeletion) {
        this.step(`after ${call}`, place.name, machine);
      }
      return answer;
    };
    const fail = (name: string, status: number) =>
      machine.call(there, back, () => {
        this.note(`${place.name} ${call} ${key} answers ${name}`);
        throw new S3Failure(name, status);
      });
    const answered = (() => {
      switch (condition) {
        case 'throttles':
          return fail('SlowDown', 503);
        case 'denies':
          return fail('AccessDenied', 403);
        case 'breaks-off':
          return machine.call(there, 60_000, () => {
            if (this.order.chance(0.5)) {
              effect();
            }
            throw Object.assign(new Error('connection lost'), { name: 'TimeoutError' });
          });
        case 'lies':
          return machine.call(there, back, () => this.lie(place, request, effect));
        default:
          return machine.call(there, back, effect);
      }
    })();
    const whole = call === 'GetObject' ? answered.then((answer) => this.inPieces(machine, answer)) : answered;
    return abortable(whole, signal);
  }

  /** An answer that is not true. */
  private lie(place: Place, { call, key }: S3Request, effect: () => S3Answer): S3Answer {
    if (this.order.chance(0.4)) {
      return effect();
    }
    this.note(`${place.name} lies about ${call} ${key}`);
    const answer = call === 'DeleteObject' || call === 'DeleteObjects' ? undefined : effect();
    const { output, date } = answer ?? { output: {}, date: this.time.now };
    switch (call) {
      case 'ListObjectsV2': {
        const Contents = (output.Contents as Array<{ Key: string }>).filter(() => this.order.chance(0.7));
        return { date, output: { ...output, Contents } };
      }
      case 'GetObject': {
        const length = output.ContentLength as number;
        const lies = [
          () => ({ ...output, ETag: '"another"' }),
          () => ({ ...output, ETag: undefined }),
          () => ({ ...output, ContentLength: length + 1 }),
          () => ({ ...output, Body: bodyOf([Buffer.alloc(Math.max(0, length - 1), 7)]) }),
          () => ({ ...output, Body: bodyOf([Buffer.alloc(length + 1, 7)]) }),
        ];
        if (this.order.chance(0.2)) {
          throw new S3Failure('NoSuchKey', 404);
        }
        return { date, output: this.order.pick(lies)() };
      }
      case 'DeleteObject':
        // It stays, though S3 says that it went.
        return { date, output: { $metadata: { httpStatusCode: 204 } } };
      default:
        return { date, output: { $metadata: { httpStatusCode: 200 } } };
    }
  }

  /** Some bodies come in two pieces, or break off between them. */
  private inPieces(machine: Machine, answer: S3Answer): S3Answer {
    if (!this.order.chance(0.1)) {
      return answer;
    }
    const { order } = this;
    const isCut = this.order.chance(this.loss * 3);
    const body = answer.output.Body as AsyncIterable<Buffer>;
    async function* pieces() {
      for await (const chunk of body) {
        const half = chunk.length >> 1;
        yield chunk.subarray(0, half);
        await machine.call(order.between(1, 400), 0, () => {
          if (isCut) {
            throw Object.assign(new Error('aborted'), { code: 'ECONNRESET', name: 'ECONNRESET' });
          }
        });
        yield chunk.subarray(half);
      }
    }
    return { ...answer, output: { ...answer.output, Body: bodyOf(pieces()) } };
  }

  private askSqs(
    machine: Machine,
    place: Place,
    ...[name, effect, wait, signal]: Parameters<AskQueue>
  ): Promise<object> {
    const queue = place.queue!;
    const condition = this.order.chance(this.loss) ? ('breaks-off' as const) : place.sqs;
    const [there, back] = [this.order.between(2, 20), this.order.between(2, 20)];
    const fail = (error: string, status: number, delay = back) =>
      machine.call(there, delay, () => {
        if (condition === 'breaks-off' && this.order.chance(0.5)) {
          effect(queue);
        }
        throw new S3Failure(error, status);
      });
    const answered = (() => {
      switch (condition) {
        case 'throttles':
          return fail('RequestThrottled', 400);
        case 'denies':
          return fail('AccessDeniedException', 403);
        case 'breaks-off':
          return fail('TimeoutError', 0, 60_000);
        case 'lies':
          // What was received before comes once more; what was to be deleted is not.
          return machine.call(there, back, () => {
            queue.messages.forEach((message) => (message.hiddenUntil = 0));
            return name === 'delete' ? {} : effect(queue);
          });
        default:
          return machine.call(there, back, () => (name === 'receive' ? this.poll(queue, effect, wait) : effect(queue)));
      }
    })();
    return abortable(answered, signal);
  }

  /** Waits for a first message, as a long poll does. */
  private async poll(queue: QueueModel, effect: (queue: QueueModel) => object, wait: number): Promise<object> {
    const until = this.time.now + wait;
    while (!queue.hasMessage && this.time.now < until) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          queue.onSent.delete(wake);
          cancel();
          resolve();
        };
        const cancel = this.time.at(Math.min(queue.nextBack, until) - this.time.now, undefined, wake);
        queue.onSent.add(wake);
      });
    }
    return effect(queue);
  }
}

/** Operations of the registry that change what is collected: what happens around them is worth a try. */
const STEPS = new Set<string>([
  ...['grantPlan', 'recordStored', 'recordDuplicate', 'setLedgerEntry', 'recordDeleted', 'reserveOffsets'],
  ...['markHourClean', 'fillStore'],
]);

function detailOf({ name, args }: Operation): string {
  switch (name) {
    case 'grantPlan':
      return (args[0] as { identity: string }).identity;
    case 'recordStored': {
      const { sourceId, key } = (args[0] as { entry: { sourceId: string; key: string } }).entry;
      return `${sourceId} ${key}`;
    }
    case 'setLedgerEntry': {
      const { sourceId, key, state, reason } = args[0] as Record<string, string>;
      return `${sourceId} ${key} ${state} ${reason}`;
    }
    case 'recordDuplicate':
      return (args[1] as { key: string }).key;
    case 'recordDeleted':
      return (args[1] as readonly string[]).join(' ');
    case 'markHourClean':
      return String((args[0] as { hour: number }).hour);
    default:
      return '';
  }
}

/** A call that its signal breaks off. */
function abortable<T>(call: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) {
    return call;
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort);
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A database in memory that begins as a copy of another one. */
export function openCopy(bytes: Uint8Array): DatabaseSync {
  const db = new DatabaseSync(':memory:') as DatabaseSync & { deserialize(bytes: Uint8Array): void };
  db.deserialize(bytes);
  db.exec('PRAGMA foreign_keys = ON');
  return db;
}

/** The bytes of a database. */
export function copyOf(db: DatabaseSync): Uint8Array {
  return (db as DatabaseSync & { serialize(): Uint8Array }).serialize();
}
