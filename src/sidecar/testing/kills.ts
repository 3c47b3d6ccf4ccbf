import { once } from 'node:events';
import { HangingProxy } from './hangingProxy';
import type { Deployment, World } from './world';

/** How a process ended: its exit code, or the signal that ended it. */
export type Exit = [code: number | null, signal: NodeJS.Signals | null];

/**
 * A deployment whose requests to AWS and InfluxDB are counted, so that a test can kill it at a certain one, however fast the
 * machine is.
 */
export class KillableDeployment {
  private requests = 0;
  private onRequest = () => false;

  private constructor(
    readonly flowscope: Deployment,
    private readonly world: World,
    private readonly aws: HangingProxy,
    private readonly influx: HangingProxy
  ) {}

  static async create(world: World): Promise<KillableDeployment> {
    const [aws, influx] = await Promise.all([world.awsUrl, world.influxUrl].map((url) => HangingProxy.start(url)));
    const flowscope = world.deployment({ AWS_ENDPOINT_URL: aws.url, FLOWSCOPE_INFLUX_URL: influx.url });
    const killable = new KillableDeployment(flowscope, world, aws, influx);
    // Every other request that is under way at a kill has its effect, the others do not reach the server.
    aws.hang = influx.hang = () =>
      killable.onRequest() ? (killable.requests % 2 === 0 ? 'unanswered' : 'unasked') : undefined;
    return killable;
  }

  /** The address of a queue at which requests to it are counted, too. */
  countedQueue(queueUrl: string): string {
    return queueUrl.replace(this.world.awsUrl, this.aws.url);
  }

  /** Runs a command, and kills it at its request number `killAt` if it makes that many. */
  async runUntil(killAt: number, ...args: string[]): Promise<Exit> {
    this.requests = 0;
    const child = this.flowscope.start(...args);
    this.onRequest = () => {
      if (++this.requests < killAt) {
        return false;
      }
      child.kill('SIGKILL');
      return true;
    };
    const exit = (await once(child, 'exit')) as Exit;
    this.onRequest = () => false;
    return exit;
  }

  stop(): void {
    this.aws.stop();
    this.influx.stop();
  }
}
