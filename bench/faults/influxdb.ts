import { startInflux, type Service } from '../../scripts/services';

/**
 * A real InfluxDB that is killed, and comes back with the same data at the same address. The store at FLOWSCOPE_TEST_INFLUX_URL, if
 * there is one, is taken instead, and left alive.
 */
export class KillableInfluxdb {
  /** Resolves once it answers again. */
  ready: Promise<void> = Promise.resolve();

  private constructor(
    private readonly dir: string,
    readonly url: string,
    private service?: Service
  ) {}

  static async start(dir: string): Promise<KillableInfluxdb> {
    const url = process.env.FLOWSCOPE_TEST_INFLUX_URL;
    if (url !== undefined) {
      return new KillableInfluxdb(dir, url);
    }
    const service = await startInflux({ dir });
    return new KillableInfluxdb(dir, service.url, service);
  }

  /** Kills it, in the middle of whatever it does, and starts it again; `ready` says when that is done. */
  kill(): void {
    if (this.service === undefined) {
      return;
    }
    const { pid, exited, port } = this.service;
    process.kill(pid, 'SIGKILL');
    this.ready = exited.then(async () => {
      this.service = await startInflux({ dir: this.dir, port });
    });
    // Whoever waits for it learns that it did not start.
    this.ready.catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.ready.catch(() => undefined);
    await this.service?.stop();
  }
}
