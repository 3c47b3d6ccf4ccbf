/** moto's server: S3, EC2, STS and SQS on a loopback port, all in memory. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureMoto } from './install.mjs';
import { freePort, retryOnTakenPort, startService, waitUntilAnswering } from './processes.mjs';

const START_TIMEOUT_MS = 90_000;

/**
 * Starts moto; installs it when it is missing.
 * @param {{dir: string, port?: number}} options `dir` takes its log
 * @returns {Promise<{url: string, port: number, pid: number, logFile: string, stop(): Promise<void>}>}
 * @throws ServiceError that says what to install, or why it did not start
 */
export async function startMoto({ dir, port }) {
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
      // AWS's images are 20 MB of JSON that moto would read at the first EC2 call.
      env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false', PYTHONUNBUFFERED: '1' },
    });
    const url = `http://127.0.0.1:${httpPort}`;
    await waitUntilAnswering(service, `${url}/moto-api/`, logFile, START_TIMEOUT_MS);
    return { url, port: httpPort, pid: service.pid, logFile, stop: service.stop };
  });
}
