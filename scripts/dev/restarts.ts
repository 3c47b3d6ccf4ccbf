import type { RunningProcess } from '../lib/processes';

export interface RestartOptions {
  /** Rejects if the code cannot be built. */
  readonly build: () => Promise<unknown>;
  /** Rejects if the process does not start. */
  readonly start: () => Promise<RunningProcess>;
  readonly log: (line: string) => void;
}

/**
 * Keeps a process running that is built from code: builds and starts it again for each change. What fails is logged; if the
 * build fails, the process that was built before goes on.
 */
export class Restarts {
  private current: RunningProcess | undefined;
  private isChanged = false;
  private work: Promise<void> | undefined;

  constructor(private readonly options: RestartOptions) {}

  /** Call it at first and after each change. Resolves when the newest code runs or could not be built or started. */
  restart(): Promise<void> {
    this.isChanged = true;
    this.work ??= this.untilUnchanged().finally(() => (this.work = undefined));
    return this.work;
  }

  private async untilUnchanged(): Promise<void> {
    while (this.isChanged) {
      this.isChanged = false;
      await this.buildAndStart();
    }
  }

  private async buildAndStart(): Promise<void> {
    const { build, start, log } = this.options;
    try {
      await build();
    } catch (error) {
      logError(log, this.current === undefined ? 'The build failed' : 'The build failed; the last one goes on', error);
      return;
    }
    if (this.isChanged) {
      return;
    }
    try {
      const last = this.current;
      this.current = undefined;
      await last?.stop();
      const started = await start();
      this.current = started;
      void started.exited.then((how) => this.onExit(started, how));
    } catch (error) {
      logError(log, 'It does not start', error);
    }
  }

  private onExit(ended: RunningProcess, how: string): void {
    if (this.current === ended) {
      this.current = undefined;
      this.options.log(`It ended (${how}); it starts again after the next change`);
    }
  }
}

function logError(log: (line: string) => void, title: string, error: unknown): void {
  `${title}: ${(error as Error).message}`.split('\n').forEach(log);
}
