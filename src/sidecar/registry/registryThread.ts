import { Worker, type MessagePort } from 'node:worker_threads';
import { openDatabase } from './database';
import { closedError, RegistryError, type RegistryErrorCode } from './errors';
import { OperationQueue } from './operationQueue';
import { registryVia, type Operation, type Registry } from './operations';
import { batchPerTick } from '../util/batchPerTick';
import { fromErrorData, toErrorData, type ErrorData } from '../util/threadErrors';

/** What the registry's thread is started with. */
export interface RegistryThreadData {
  readonly directory: string;
}

interface Question extends Operation {
  readonly number: number;
}

interface Answer {
  readonly number: number;
  readonly result?: unknown;
  readonly error?: ErrorData;
}

/** The registry in a thread of its own, so that a flush to disk never stops collecting. `script`: the bundle itself. */
export function startRegistryThread(script: string, directory: string): Registry {
  // Opened here once too, so that a registry that cannot be opened is this caller's clear error.
  openDatabase(directory).close();
  return connectRegistry(new Worker(script, { workerData: { directory } satisfies RegistryThreadData }));
}

/** The registry that answers in a thread, see {@link runRegistryThread}. */
function connectRegistry(worker: Worker): Registry {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let asked = 0;
  worker.on('message', (answers: readonly Answer[]) => {
    for (const { number, result, error } of answers) {
      const question = open.get(number);
      open.delete(number);
      if (error) {
        question?.reject(errorOf(error));
      } else {
        question?.resolve(result);
      }
    }
  });
  let failure: Error | undefined;
  let isClosing = false;
  const died = Promise.withResolvers<Error>();
  const end = (error: Error) => {
    failure ??= error;
    open.forEach(({ reject }) => reject(failure));
    open.clear();
    if (!isClosing) {
      died.resolve(failure);
    }
  };
  worker.on('error', (error) => end(new RegistryDied(error.message, { cause: error })));
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      end(isClosing ? closedError() : new RegistryDied(`exit code ${code}`));
      resolve();
    });
  });
  const ask = batchPerTick<Question>((questions) => worker.postMessage(questions));
  const call = (operation: Operation) =>
    new Promise((resolve, reject) => {
      if (failure) {
        reject(failure);
        return;
      }
      open.set(++asked, { resolve, reject });
      ask({ ...operation, number: asked });
    });
  const close = async () => {
    isClosing = true;
    // After the questions that are still to be sent.
    setImmediate(() => worker.postMessage('close'));
    await exited;
  };
  return { ...registryVia(call), close, died: died.promise };
}

/** The error that was thrown in the thread; a {@link RegistryError} is one again. */
function errorOf(data: ErrorData): Error {
  const { name, message, details } = data;
  return name === 'RegistryError'
    ? fromErrorData(data, new RegistryError(message, details.code as RegistryErrorCode))
    : fromErrorData(data);
}

/** The registry's thread ended without having been told to. */
export class RegistryDied extends Error {
  override readonly name = 'RegistryDied';

  constructor(reason: string, options?: ErrorOptions) {
    super(
      `The thread of the registry ended unexpectedly (${reason}). Nothing can be recorded without it. Start Flowscope ` +
        'again: what was not recorded is collected then, and counts once.',
      options
    );
  }
}

/** Does some work, and gives it up when the registry's thread ends unexpectedly: throws the reason then. */
export function whileRegistryRuns<T>(registry: Registry, work: Promise<T>): Promise<T> {
  const died = registry.died.then((error) => {
    throw error;
  });
  return Promise.race([work, died]);
}

/** Runs in the registry's thread: answers questions until it is told to close. */
export function runRegistryThread({ directory }: RegistryThreadData, port: MessagePort): void {
  const queue = new OperationQueue(directory);
  const answer = batchPerTick<Answer>((answers) => port.postMessage(answers));
  port.on('message', (message: readonly Question[] | 'close') => {
    if (message === 'close') {
      // Behind the answers, which are sent behind the commit.
      setImmediate(() =>
        setImmediate(() => {
          queue.close();
          port.close();
        })
      );
      return;
    }
    for (const { number, ...operation } of message) {
      const done = (error: unknown, result?: unknown) =>
        answer({ number, result, error: error === undefined ? undefined : toErrorData(error) });
      queue.submit({ ...operation, done });
    }
  });
}
