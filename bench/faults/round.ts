import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mix, Random } from '../../src/sidecar/generate/random';
import { commandLineAuthor } from '../../src/sidecar/registry/audit';
import { openRegistry } from '../../src/sidecar/registry/registry';
import { outputOf, type Output } from '../../src/sidecar/testing/output';
import type { Deployment } from '../../src/sidecar/testing/world';
import { now } from '../../src/sidecar/util/time';
import { objectsOf, type Asked, type ServerName } from './calls';
import { checkRound } from './check';
import { Contents, type Placed } from './contents';
import { Journal } from './journal';
import { FAULTS, type World } from './kinds';
import type { TestBed } from './testBed';
import type { Answer, FaultInjector, Treatment } from './proxy';
import { MadeQueue } from './queue';
import type { Scenario } from './scenarios';
import { plannedKillsOf, type PlannedKill } from './plannedKills';
import type { FaultTally } from './tally';
import { versions } from './versions';

export const BUCKET = 'flow-logs';
/** Of all requests, how many meet a fault: most commands end at the first answer of InfluxDB that refuses a query. */
const FAULTY: Readonly<Record<ServerName, number>> = { s3: 0.3, sqs: 0.2, influxdb: 0.04 };
/** Objects that arrive before each kill: at least one, and so many more at most. */
const MORE_OBJECTS = 2;
/** Of so many objects that wait for their deletion, some are deleted in one request. */
const MANY_OBJECTS = 8;
/** After so many runs without the request that a kill waits for, one goes without faults; then it happens at some moment. */
const FAULTY_RUNS = 2;
/** The same of `serve`, which looks every ten seconds. */
const PATIENCE_MS = 12_000;
/** What InfluxDB answers while it is to take nothing. */
const UNAVAILABLE: Treatment = {
  isPassed: false,
  answer: () => ({ status: 503, headers: {}, body: Buffer.from('{"error":"a fault"}') }),
};
/** How long collecting may take once nothing is done to it any more. */
const SETTLE_MS = 60_000;
const PAUSE_MS = 50;
/** Runs of a command that must do once nothing is done to it: the first may find what faults of the last one left. */
const MAX_SETTLING_RUNS = 4;

/** How a run of a command ended. */
interface Ended {
  readonly code: number | null;
  readonly output: Output;
}

/** A command that runs. */
interface Running {
  readonly child: ChildProcess;
  readonly output: Output;
  readonly ended: Promise<Ended>;
}

/**
 * One round: objects arrive while the sidecar and InfluxDB are killed again and again and requests meet faults; then the world
 * behaves, collecting comes to its end, and everything must be as if nothing had happened.
 */
export class Round implements FaultInjector, World {
  readonly random: Random;
  readonly journal: Journal;
  readonly contents: Contents;
  readonly deployment: Deployment;
  /** What went wrong, in words. */
  readonly problems: string[] = [];
  /** What happened, for whoever looks into a failure. */
  readonly events: string[] = [];
  private readonly files: string;
  private queue: MadeQueue | undefined;
  private plannedKill: PlannedKill | undefined;
  private killed = Promise.withResolvers<void>();
  private left = 0;
  private running: Running | undefined;
  private isFaulty = false;
  private mayBeExpired = false;
  private readonly began = performance.now();

  constructor(
    readonly scenario: Scenario,
    seed: number,
    readonly testBed: TestBed,
    private readonly tally: FaultTally,
    private readonly maxKills = Infinity
  ) {
    this.random = new Random(mix(seed, 1));
    this.contents = new Contents(versions(seed, scenario.layout, now()), this.random, (placed) => this.put(placed));
    this.journal = new Journal((etag) => this.contents.versionOf(etag));
    this.deployment = testBed.deployment(`round${seed}`);
    this.files = join(testBed.folder, `files${seed}`);
  }

  /** Runs it. Returns what went wrong. */
  async run(): Promise<readonly string[]> {
    const { testBed, scenario } = this;
    testBed.s3.become({});
    try {
      await this.prepare();
      testBed.injector = this;
      this.isFaulty = true;
      const plannedKills = plannedKillsOf(scenario, this.random).slice(0, this.maxKills);
      await (scenario.way === 'serve' ? this.serveUnder(plannedKills) : this.collectUnder(plannedKills));
      this.isFaulty = false;
      await this.settle();
      testBed.injector = undefined;
      this.problems.push(...this.journal.violations, ...(await checkRound(this, this.queue)));
    } catch (error) {
      this.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      this.tally.deletions += this.journal.deletions;
      await this.clear();
    }
    return this.problems;
  }

  // What the proxies ask.

  treat(asked: Asked): Treatment | undefined {
    const treatment = this.decide(asked);
    if (asked.call === 'GetObject') {
      objectsOf(asked).forEach(({ key }) => this.contents.read.add(key));
    }
    if (asked.call === 'DeleteObject' || asked.call === 'DeleteObjects') {
      this.journal.deletionAsked(asked);
    }
    return asked.server === 'sqs' ? { body: MadeQueue.soon(asked.body), ...treatment } : treatment;
  }

  answered(asked: Asked, { status }: Answer): void {
    if (asked.call === 'write minute' && status === 204) {
      this.journal.acknowledged(asked);
    }
  }

  overwrite(key: string, before: 'reading' | 'deletion'): boolean {
    return this.contents.overwrite(key, before);
  }

  noteExpired(): void {
    this.mayBeExpired = true;
  }

  private decide(asked: Asked): Treatment | undefined {
    const { plannedKill, scenario } = this;
    if (plannedKill?.call === asked.call && --this.left <= 0) {
      this.kill(plannedKill);
      return { isPassed: plannedKill.isPassed, answer: () => undefined };
    }
    if (scenario.isHeld && plannedKill && asked.call === 'write minute') {
      return UNAVAILABLE;
    }
    if (!this.isFaulty || this.random.next() >= FAULTY[asked.server]) {
      return undefined;
    }
    const possible = FAULTS.filter(({ on }) => on.includes(asked.call));
    const fault = possible[this.random.below(possible.length)];
    const treatment = fault.treat(asked, this);
    if (treatment) {
      this.tally.fault(fault.name, asked.server);
      this.note(`${fault.name}: ${asked.call} ${asked.method} ${asked.url}`);
    }
    return treatment;
  }

  private note(what: string): void {
    this.events.push(`${((performance.now() - this.began) / 1000).toFixed(3)} ${what}`);
  }

  // Kills.

  private arm(plannedKill: PlannedKill): void {
    this.killed = Promise.withResolvers();
    this.plannedKill = plannedKill;
    this.left = plannedKill.nth;
  }

  /** Kills at once. */
  private kill(plannedKill: PlannedKill): void {
    this.plannedKill = undefined;
    this.note(`kill: ${plannedKill.victim} at ${plannedKill.call ?? 'some moment'}, passed: ${plannedKill.isPassed}`);
    if (plannedKill.victim !== 'InfluxDB') {
      this.running?.child.kill('SIGKILL');
    }
    if (plannedKill.victim !== 'sidecar') {
      this.testBed.influxdb.kill();
    }
    this.tally.kill(plannedKill.victim, plannedKill.call);
    this.killed.resolve();
  }

  /** Kills at its moment, if it is still to be. Returns what ends the wait. */
  private killLater(plannedKill: PlannedKill, afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.plannedKill === plannedKill) {
        this.kill({ ...plannedKill, call: undefined });
      }
    }, afterMs);
  }

  private async collectUnder(plannedKills: readonly PlannedKill[]): Promise<void> {
    for (const plannedKill of plannedKills) {
      this.deliver(plannedKill);
      this.arm(plannedKill);
      for (let run = 0; this.plannedKill === plannedKill; run++) {
        this.isFaulty = run !== FAULTY_RUNS;
        const isLast = plannedKill.call === undefined || run > FAULTY_RUNS;
        const timer = isLast ? this.killLater(plannedKill, plannedKill.afterMs) : undefined;
        const { ended } = this.start(...this.command);
        this.expectNoSurprise(await ended);
        clearTimeout(timer);
        this.left = Math.min(this.left, 1);
        await this.testBed.influxdb.ready;
      }
    }
  }

  private async serveUnder(plannedKills: readonly PlannedKill[]): Promise<void> {
    for (const plannedKill of plannedKills) {
      this.deliver(plannedKill);
      this.arm(plannedKill);
      // One that ended by itself, as it may when InfluxDB refuses everything, is started again, as a supervisor does.
      for (;;) {
        const { ended } = (this.running ??= this.start('serve'));
        const timer = this.killLater(plannedKill, plannedKill.call === undefined ? plannedKill.afterMs : PATIENCE_MS);
        const end = await Promise.race([ended, this.killed.promise]);
        clearTimeout(timer);
        if (end || plannedKill.victim !== 'InfluxDB') {
          this.expectNoSurprise(await ended);
          this.running = undefined;
        }
        await this.testBed.influxdb.ready;
        if (this.plannedKill !== plannedKill) {
          break;
        }
      }
    }
  }

  private deliver({ call }: PlannedKill): void {
    const few = 1 + this.random.below(MORE_OBJECTS + 1);
    for (let objects = call === 'DeleteObjects' ? MANY_OBJECTS : few; objects > 0; objects--) {
      this.contents.deliver();
    }
  }

  // Commands.

  private get command(): string[] {
    return this.scenario.way === 'import' ? ['import', this.files] : ['collect', '--once'];
  }

  private start(...args: string[]): Running {
    this.note(`flowscope ${args.join(' ')}`);
    const child = this.deployment.start(...args);
    const output = outputOf(child);
    const ended = once(child, 'close').then(([code]) => {
      this.note(`ended with ${code}: ${output.stderr.trim()}`);
      return { code: code as number | null, output };
    });
    return (this.running = { child, output, ended });
  }

  /** Whatever happens, the sidecar says what it is in its own words, and never fails without a word. */
  private expectNoSurprise({ code, output }: Ended): void {
    if (code === null) {
      return;
    }
    const text = output.all;
    if (/^\s+at .*:\d+:\d+/m.test(output.stderr) || /failed unexpectedly/.test(text)) {
      this.problems.push(`The sidecar failed unexpectedly: ${text.trim().slice(-2000)}`);
    }
    if (code !== 0 && text.trim() === '') {
      this.problems.push(`The sidecar ended with exit code ${code} and said nothing`);
    }
  }

  // The end of a round.

  /** The world behaves: collecting comes to its end. */
  private async settle(): Promise<void> {
    this.note('settling');
    if (this.scenario.way === 'serve') {
      await this.serveToEnd();
    }
    await this.runToEnd();
    const expired = this.mayBeExpired ? await this.expired() : [];
    if (expired.length > 0) {
      // A file is simply imported again.
      if (this.scenario.way !== 'import') {
        await this.deployment.ok('quarantine', 'retry', ...expired);
      }
      await this.runToEnd();
    }
    if (this.queue) {
      // Messages of which a killed process had hold come again.
      await this.waitFor(async () => (await this.queue!.count()).invisible === 0, 'messages to be visible again');
      await this.runToEnd();
    }
  }

  private async serveToEnd(): Promise<void> {
    // One that began while there were faults may still end because of the last of them.
    const former = this.running;
    await this.waitFor(async () => !isAlive(former) || (await this.isCollected()), 'serve to collect everything');
    const serving = former && isAlive(former) ? former : this.start('serve');
    const hasBegun = () => serving.output.stdout.includes('flowscope serve: collecting');
    const isDone = async () => hasBegun() && (await this.isCollected());
    await this.waitFor(async () => !isAlive(serving) || (await isDone()), 'serve to collect everything');
    serving.child.kill('SIGTERM');
    const { code, output } = await serving.ended;
    if (code !== 0) {
      throw new Error(`serve ended with ${code} although nothing was done to it: ${output.all.slice(-2000)}`);
    }
  }

  /** Whether nothing is in the bucket but what is to stay, and what a fault had called expired. */
  private async isCollected(): Promise<boolean> {
    const rest = [...this.testBed.s3.objects.keys()].filter((key) => !this.contents.left.has(key));
    const expired = rest.length > 0 && this.mayBeExpired ? await this.expired() : [];
    return rest.every((key) => expired.includes(key));
  }

  private async runToEnd(): Promise<void> {
    for (let run = 1; ; run++) {
      const { code, output } = await this.start(...this.command).ended;
      if (code === 0) {
        return;
      }
      if (run === MAX_SETTLING_RUNS) {
        throw new Error(
          `${this.command.join(' ')} ends with ${code} although nothing is done to it: ${output.all.slice(-2000)}`
        );
      }
    }
  }

  /** Keys in quarantine because a fault called their points expired. */
  private async expired(): Promise<string[]> {
    const quarantined = await this.withRegistry((registry) => registry.listQuarantine());
    return quarantined.filter(({ reason }) => reason === 'expired-points').map(({ key }) => key);
  }

  private async waitFor(condition: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = performance.now() + SETTLE_MS;
    while (!(await condition())) {
      if (performance.now() > deadline) {
        throw new Error(`Waited ${SETTLE_MS / 1000} s for ${what}: ${this.running?.output.all.slice(-2000)}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  // Preparations.

  private async prepare(): Promise<void> {
    const { scenario, testBed, deployment } = this;
    if (scenario.way === 'import') {
      mkdirSync(this.files, { recursive: true });
      return;
    }
    this.queue = scenario.hasQueue ? await MadeQueue.create(testBed.awsUrl) : undefined;
    await deployment.addSource(BUCKET, {
      pollSeconds: 10,
      ...(this.queue && { queueUrl: testBed.proxied(this.queue.url) }),
    });
    // There is no EC2 to read descriptions from.
    await this.withRegistry((registry) => registry.setSyncSchedule(1, false, commandLineAuthor()));
  }

  /** Where an object was put that the ledger calls so: a file, by its path. */
  placeOf(ledgerKey: string): string {
    return ledgerKey.startsWith(`${this.files}/`) ? ledgerKey.slice(this.files.length + 1) : ledgerKey;
  }

  async withRegistry<T>(work: (registry: ReturnType<typeof openRegistry>) => Promise<T>): Promise<T> {
    const registry = openRegistry(this.deployment.env.FLOWSCOPE_DATA_DIR!);
    try {
      return await work(registry);
    } finally {
      await registry.close();
    }
  }

  /** Puts an object where this round collects from, and tells the queue. */
  private put({ key, version: { body, etag } }: Placed): void {
    this.note(`put ${key} ${etag}`);
    if (this.scenario.way === 'import') {
      const file = join(this.files, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
      return;
    }
    this.testBed.s3.objects.set(key, body);
    this.queue?.tell(BUCKET, key, body.length, etag);
  }

  private async clear(): Promise<void> {
    const { testBed, deployment, running } = this;
    testBed.injector = undefined;
    running?.child.kill('SIGKILL');
    await running?.ended;
    await testBed.influxdb.ready;
    await deployment.query(`DROP DATABASE "${deployment.client.settings.database}"`);
    await this.queue?.remove();
    rmSync(this.files, { recursive: true, force: true });
    if (this.problems.length === 0) {
      rmSync(deployment.env.FLOWSCOPE_DATA_DIR!, { recursive: true, force: true });
    }
  }
}

function isAlive(running: Running | undefined): boolean {
  return running !== undefined && (running.child.exitCode ?? running.child.signalCode) === null;
}
