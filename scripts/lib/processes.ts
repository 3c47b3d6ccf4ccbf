/** Child processes that never outlive us: they end when we exit, when we get a signal, and even when we are killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const LOCAL_ADDRESS = '127.0.0.1';
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 100;
const REQUEST_TIMEOUT_MS = 2_000;
const PORT_TRIES = 3;
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A process that we started. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended, to how: "exit code 1", "SIGTERM" or why it could not be started. */
  readonly exited: Promise<string>;
  hasExited(): boolean;
  /** Ends it, by force after ten seconds, and waits until it has ended. */
  stop(): Promise<void>;
}

/** A running server on loopback. */
export interface Service extends RunningProcess {
  readonly url: string;
  readonly port: number;
  readonly logFile: string;
}

/** Where the output of a service goes. */
export interface LogOptions {
  readonly logFile: string;
  /** Also gets each line of it. */
  readonly onLine?: (line: string) => void;
}

/** A program to start. `env`: its whole environment, ours by default. */
export interface ServiceOptions extends LogOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** An error whose message says to people what to do: it is shown without a stack trace. */
export class ServiceError extends Error {}

/** What is running and how to end it, oldest first. */
const running = new Set<{ kill(signal: NodeJS.Signals): void; stop(): Promise<void> }>();
let handlersInstalled = false;
let ending = false;

/** Whether we are about to exit, after a signal for example: what fails from now on fails because of that. */
export function isEnding(): boolean {
  return ending;
}

/** Stops everything that was started, then exits. */
export function exitAfterCleanup(exitCode: number): void {
  if (ending) {
    // Ctrl-C may reach us twice: from the terminal, and from the process that started us.
    return;
  }
  ending = true;
  void stopAll().finally(() => process.exit(exitCode));
}

/** A TCP port of loopback that is free at this moment. */
export async function freePort(): Promise<number> {
  return (await portOf(0))!;
}

/** The wanted port if it is free, else another one. */
export async function portNear(wanted: number): Promise<number> {
  return (await portOf(wanted)) ?? freePort();
}

/** Listens on a port for a moment; undefined if it is taken. */
function portOf(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(wanted, LOCAL_ADDRESS, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Starts a service whose output goes to a file. */
export function startService({
  name,
  command,
  args,
  logFile,
  onLine,
  env = process.env,
  cwd,
}: ServiceOptions): RunningProcess {
  endOnSignals();
  const log = openSync(logFile, 'a');
  const output = onLine === undefined ? log : 'pipe';
  // In a process group of its own: Ctrl-C in a terminal reaches only us, and we stop services in order.
  const child = spawn(command, args, { stdio: ['ignore', output, output], env, cwd, detached: true });
  closeSync(log);
  if (onLine !== undefined) {
    [child.stdout, child.stderr].forEach((stream) => {
      createInterface({ input: stream! }).on('line', (line) => {
        appendFileSync(logFile, `${line}\n`);
        onLine(line);
      });
    });
  }
  child.unref();

  let ended: string | undefined;
  const exited = new Promise<string>((resolve) => {
    const settle = (how: string) => {
      ended = how;
      running.delete(service);
      endWatchdog?.();
      resolve(how);
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`));
  });
  const kill = (signal: NodeJS.Signals) => killGroup(child, signal);
  const service = {
    name,
    pid: child.pid!,
    exited,
    hasExited: () => ended !== undefined,
    kill,
    stop: async () => {
      if (ended === undefined) {
        await terminate(kill, exited);
      }
    },
  };
  running.add(service);
  const endWatchdog = child.pid === undefined ? undefined : startWatchdog(child.pid);
  return service;
}

/** Makes sure that a command which will end by itself does not outlive us. */
export function track(child: ChildProcess): void {
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  const exited = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const command = { kill, stop: () => terminate(kill, exited) };
  running.add(command);
  void exited.then(() => running.delete(command));
}

/** Sends a signal to a detached child and to what it has started itself. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid!, signal);
  } catch {
    // It has just ended.
  }
}

async function terminate(kill: (signal: NodeJS.Signals) => void, exited: Promise<unknown>): Promise<void> {
  kill('SIGTERM');
  const timer = setTimeout(() => kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/**
 * Starts a shell that waits for the end of a pipe of which only we hold the other end. Whatever ends us, kill -9 included,
 * closes the pipe, and the shell ends the service. Returns what ends the shell.
 */
function startWatchdog(pid: number): () => void {
  const script = 'read -r line; kill -s TERM -- "-$0"; sleep 5; kill -s KILL -- "-$0"';
  const shell = spawn('/bin/sh', ['-c', script, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.on('error', () => {});
  shell.unref();
  const pipe = shell.stdin as Socket;
  pipe.on('error', () => {});
  pipe.unref();
  return () => {
    shell.kill('SIGKILL');
    pipe.destroy();
  };
}

/** Stops everything that was started, the newest first. */
export async function stopAll(): Promise<void> {
  for (const service of [...running].reverse()) {
    await service.stop();
  }
}

/** From now on a signal stops what was started and then ends us. The first service that is started does this, too. */
export function endOnSignals(): void {
  if (handlersInstalled) {
    return;
  }
  handlersInstalled = true;
  process.on('exit', () => running.forEach(({ kill }) => kill('SIGKILL')));
  for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
    process.on(signal, () => exitAfterCleanup(exitCode));
  }
}

/** Waits until a service answers over HTTP. Throws a ServiceError with the end of its log if it ends or stays silent. */
export async function waitUntilAnswering(
  service: RunningProcess,
  url: string,
  logFile: string,
  timeoutMs: number
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (service.hasExited()) {
      throw new ServiceError(`${service.name} ended at once (${await service.exited}):\n${await endOfLog(logFile)}`);
    }
    if (await isAnswering(url)) {
      return;
    }
    await sleep(POLL_MS);
  }
  await service.stop();
  throw new ServiceError(`${service.name} did not answer within ${timeoutMs / 1000} s:\n${await endOfLog(logFile)}`);
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Throws a ServiceError with the end of its log when a service has ended. */
export async function failWhenEnded({ name, exited, logFile }: Service): Promise<never> {
  const how = await exited;
  throw new ServiceError(`${name} ended (${how}):\n${await endOfLog(logFile)}`);
}

/** The last lines of a log; empty if there is none. */
export async function endOfLog(file: string): Promise<string> {
  return lastLines(await readFile(file, 'utf8').catch(() => ''), 15);
}

/** The last lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** Starts a service on ports that were free a moment ago; tries again if somebody else took one in between. */
export async function retryOnTakenPort<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === PORT_TRIES || !/address already in use/i.test((error as Error).message)) {
        throw error;
      }
    }
  }
}
