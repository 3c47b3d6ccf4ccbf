import { spawn, type ChildProcess } from 'node:child_process';

/** Why a process gave no answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** A child process that gets one message at a time, and is ended when it does not answer in time. */
export class Supervised {
  private readonly child: ChildProcess;
  private stderr = '';

  /** `args`: of Node. `patienceMs`: how long an answer may take. */
  constructor(
    args: readonly string[],
    private readonly patienceMs: number
  ) {
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr = (this.stderr + chunk.toString()).slice(-4000)));
  }

  /** Sends a message and returns the answer. Throws {@link NoAnswer} when the process hangs or has ended, and ends it. */
  ask(question: string | object): Promise<unknown> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        clearTimeout(timer);
        child.removeAllListeners('message').removeAllListeners('close');
        how();
      };
      const fail = (why: string) => settle(() => reject(new NoAnswer(`${why}${this.stderr && `: ${this.stderr}`}`)));
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        fail(`no answer within ${this.patienceMs / 1000} s: it hangs`);
      }, this.patienceMs);
      child.once('message', (reply) => settle(() => resolve(reply)));
      child.once('close', (code, signal) => fail(`the process ended with ${signal ?? code}`));
      child.send(question, (error) => {
        // What ended before may never say so again.
        if (error) {
          fail(`the process is gone (${error.message})`);
        }
      });
    });
  }

  /** Ends the process. */
  stop(): void {
    this.child.kill('SIGKILL');
  }
}
