/** moto's server, a local AWS: S3, EC2, STS and SQS on a loopback port, all in memory. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ensureMoto } from './install';
import {
  freePort,
  retryOnTakenPort,
  startService,
  waitUntilAnswering,
  type LogOptions,
  type Service,
} from './processes';

const START_TIMEOUT_MS = 90_000;
/** How long ago the machines of a made-up company were attached: before any of their traffic, seconds. */
export const MACHINES_ATTACHED_AGO = 30 * 86_400;

/** `dir` takes the log; `port`: a free one by default. */
export interface MotoOptions extends Pick<LogOptions, 'onLine'> {
  readonly dir: string;
  readonly port?: number;
  /** How long ago the machines that are made up were attached, seconds; default: now. */
  readonly attachedAgo?: number;
}

/** Starts an empty AWS; installs moto if it is missing. Throws a ServiceError that says what to install or why it did not start. */
export async function startMoto({ dir, port, onLine, attachedAgo }: MotoOptions): Promise<Service> {
  const command = await ensureMoto();
  await mkdir(dir, { recursive: true });
  return retryOnTakenPort(async () => {
    const httpPort = port ?? (await freePort());
    const logFile = join(dir, 'moto.log');
    const service = startService({
      name: 'moto',
      command,
      args: ['-H', '127.0.0.1', '-p', String(httpPort)],
      logFile,
      onLine,
      // AWS's images are 20 MB of JSON, which moto would read at the first call to EC2.
      env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false', PYTHONUNBUFFERED: '1', ...older(attachedAgo) },
    });
    const url = `http://127.0.0.1:${httpPort}`;
    await waitUntilAnswering(service, `${url}/moto-api/`, logFile, START_TIMEOUT_MS);
    return { ...service, url, port: httpPort, logFile };
  });
}

/** Lets the machines that moto makes up be older: their addresses are theirs since they were attached. */
function older(attachedAgo: number | undefined): Record<string, string> {
  return attachedAgo === undefined
    ? {}
    : { PYTHONPATH: resolve('scripts/moto'), MOTO_ATTACHED_AGO: String(attachedAgo) };
}
