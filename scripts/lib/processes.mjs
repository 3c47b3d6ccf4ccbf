/** Child processes that never outlive us: they end with our exit, with a signal to us, and even when we are killed. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

const LOCAL_ADDRESS = '127.0.0.1';
const STOP_TIMEOUT_MS = 10_000;
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Stop functions of what runs, oldest first. */
const running = new Set();
let handlersInstalled = false;
let ending = false;

/** Whether we were told to end: what fails from now on fails because of that. */
export function isEnding() {
  return ending;
}

/** Stops everything that was started, then us. */
export function end(exitCode) {
  ending = true;
  void stopAll().finally(() => process.exit(exitCode));
}

/** A sentence for people: shown without a stack trace. */
export class ServiceError extends Error {}

/** A TCP port that nobody listens on at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, LOCAL_ADDRESS, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The wanted port when it is free, else another one. */
export function portNear(wanted) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(freePort()));
    server.listen(wanted, LOCAL_ADDRESS, () => server.close(() => resolve(wanted)));
  });
}

/**
 * Starts a service whose output goes to a file.
 * @param {{name: string, command: string, args: string[], logFile: string, env?: object, cwd?: string}} service
 * @returns {{pid: number, exited: Promise<string>, hasExited(): boolean, stop(): Promise<void>}} `exited` tells how it ended
 */
export function startService({ name, command, args, logFile, env = process.env, cwd }) {
  endOnSignals();
  const log = openSync(logFile, 'a');
  // A group of its own: Ctrl-C reaches us alone, and we stop services in order.
  const child = spawn(command, args, { stdio: ['ignore', log, log], env, cwd, detached: true });
  closeSync(log);
  let ended;
  const exited = new Promise((resolve) => {
    const settle = (how) => {
      ended = how;
      running.delete(service);
      resolve(how);
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(signal === null ? `exit code ${code}` : signal));
  });
  child.unref();
  const watchdog = child.pid === undefined ? undefined : startWatchdog(child.pid);
  void exited.then(() => watchdog?.kill('SIGKILL'));

  const service = {
    name,
    pid: child.pid,
    exited,
    hasExited: () => ended !== undefined,
    kill: (signal) => ended === undefined && child.kill(signal),
    async stop() {
      if (ended === undefined) {
        await terminate(child, exited);
      }
    },
  };
  running.add(service);
  return service;
}

/** Makes a command that will end by itself one of those that stopAll ends. */
export function track(child) {
  const exited = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const command = { kill: (signal) => child.kill(signal), stop: () => terminate(child, exited) };
  running.add(command);
  void exited.then(() => running.delete(command));
}

async function terminate(child, exited) {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/**
 * A shell that reads from a pipe which only we hold. Whatever ends us, kill -9 included, closes the pipe, and the shell
 * ends the service.
 */
function startWatchdog(pid) {
  const watchdog = spawn('/bin/sh', ['-c', 'cat >/dev/null; kill "$0"; sleep 5; kill -9 "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.stdin.unref?.();
  watchdog.unref();
  return watchdog;
}

/** Stops everything that was started, the newest first. */
export async function stopAll() {
  for (const service of [...running].reverse()) {
    await service.stop();
  }
}

/** From the first service on, and earlier if called: a signal stops what was started, then us. */
export function endOnSignals() {
  if (handlersInstalled) {
    return;
  }
  handlersInstalled = true;
  process.on('exit', () => running.forEach((service) => service.kill('SIGKILL')));
  for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
    process.once(signal, () => end(exitCode));
  }
}

/**
 * Waits until a service answers over HTTP.
 * @throws ServiceError with the end of its log, when it ends or stays silent
 */
export async function waitUntilAnswering(service, url, logFile, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (service.hasExited()) {
      throw new ServiceError(`${service.name} ended at once (${await service.exited}):\n${await tail(logFile)}`);
    }
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      if (response.ok) {
        return;
      }
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await service.stop();
  throw new ServiceError(`${service.name} did not answer within ${timeoutMs / 1000} s:\n${await tail(logFile)}`);
}

/** The last lines of a log. */
export async function tail(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

/**
 * Starts a service on ports that were free a moment ago, again when somebody else took one in between.
 * @param {() => Promise<T>} start
 * @returns {Promise<T>}
 * @template T
 */
export async function retryOnTakenPort(start) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 3 || !/address already in use/i.test(error.message)) {
        throw error;
      }
    }
  }
}
