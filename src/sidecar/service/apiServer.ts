import type { Logger } from 'pino';
import { startDecoderThreads } from '../collect/decode/decoderThreads';
import type { CollectorView } from '../http/api';
import { startRegistryThread, whileRegistryRuns } from '../registry/registry';
import { createInfluxClient } from '../store/influx';
import { apiToken } from './apiToken';
import { bucketOf, checkGivenKey, secrets } from './awsAccess';
import { registryFolder } from './dataDirectory';
import { CommandFailed } from '../util/commandError';
import { threadsScript } from './threads';
import { now } from '../util/time';

const DEFAULT_LISTEN = '127.0.0.1:9555';

/**
 * Does some work while the API listens. `listen`: HOST:PORT. Throws {@link CommandFailed} when it cannot listen, and rejects
 * when the thread of the API's registry ends.
 */
export async function withApi(
  collector: CollectorView,
  log: Logger,
  listen: string | undefined,
  work: () => Promise<void>
): Promise<void> {
  const address = addressOf(listen ?? process.env.FLOWSCOPE_LISTEN ?? DEFAULT_LISTEN);
  const token = apiToken(log);
  checkGivenKey();
  // Loaded here, since only `serve` needs it.
  const { createApi } = await import('../http/app');
  // Of its own: reading for people must not hold up collecting.
  const registry = startRegistryThread(threadsScript(), registryFolder());
  const decoder = startDecoderThreads(threadsScript(), 1);
  try {
    const api = await createApi({
      ...{ registry, collector, decoder, token, now, bucketOf },
      store: createInfluxClient(process.env),
      secrets: secrets(),
      version: process.env.FLOWSCOPE_VERSION ?? 'development',
      log: (message) => log.error(message),
    });
    try {
      log.info(`API at ${await listening(() => api.listen(address), address)}`);
      await whileRegistryRuns(registry, work());
    } finally {
      await api.close();
    }
  } finally {
    await decoder.close();
    await registry.close();
  }
}

async function listening(listen: () => Promise<string>, { host, port }: Address): Promise<string> {
  try {
    return await listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'another process has it' : message;
    throw new CommandFailed(`The API cannot listen at ${host}:${port}: ${reason}. Set FLOWSCOPE_LISTEN to HOST:PORT.`);
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:9555`, `[::1]:9555`; port 0 is any that is free, and localhost is 127.0.0.1. */
function addressOf(text: string): Address {
  const [, six, four, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new CommandFailed(`FLOWSCOPE_LISTEN and --listen look like ${DEFAULT_LISTEN}, not "${text}".`);
  }
  // By name, Node takes the first address that the name has, which may be ::1.
  return { host: six ?? (four === 'localhost' ? '127.0.0.1' : four), port };
}
