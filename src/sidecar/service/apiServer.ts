import { BlockList, isIP } from 'node:net';
import type { Logger } from 'pino';
import { startDecoderThreads } from '../collect/decode/decoderThreads';
import type { CollectorView } from '../http/api';
import { startRegistryThread, whileRegistryRuns } from '../registry/registry';
import { createInfluxClient } from '../store/influx';
import { apiToken } from './apiToken';
import { bucketOf, checkGivenKey, secrets } from './awsAccess';
import { registryFolder } from './dataDirectory';
import type { LogTail } from './logTail';
import { ServerCertificate } from './serverCertificate';
import { CommandFailed } from '../util/commandError';
import { threadsScript } from './threads';
import { now } from '../util/time';

const DEFAULT_LISTEN = '127.0.0.1:9555';

/**
 * Does some work while the API listens. `listen`: HOST:PORT. Throws {@link CommandFailed} when it cannot listen, or may
 * not without TLS, and rejects when the thread of the API's registry ends.
 */
export async function withApi(
  collector: CollectorView,
  { log, tail }: { readonly log: Logger; readonly tail: LogTail },
  listen: string | undefined,
  work: () => Promise<void>
): Promise<void> {
  const address = addressOf(listen ?? process.env.FLOWSCOPE_LISTEN ?? DEFAULT_LISTEN);
  const certificate = ServerCertificate.fromEnvironment(process.env, log);
  if (!certificate) {
    refuseOpenly(address, process.env[ALLOW_PLAIN]);
  }
  const token = apiToken(log);
  checkGivenKey();
  // Loaded here, since only `serve` needs it.
  const [{ createApi }, { renewCertificate }] = await Promise.all([import('../http/app'), import('../http/server')]);
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
      readLog: tail.read.bind(tail),
      certificate: certificate?.pair,
    });
    const stopFollowing = certificate?.follow((pair) => renewCertificate(api.server, pair));
    try {
      const url = await listening(() => api.listen(address), address);
      log.info(`API at ${certificate ? url.replace(/^http:/, 'https:') : url}`);
      await whileRegistryRuns(registry, work());
    } finally {
      stopFollowing?.();
      await api.close();
    }
  } finally {
    await decoder.close();
    await registry.close();
  }
}

async function listening(listen: () => Promise<string>, address: Address): Promise<string> {
  try {
    return await listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'another process has it' : message;
    throw new CommandFailed(
      `The API cannot listen at ${textOf(address)}: ${reason}. Set FLOWSCOPE_LISTEN to HOST:PORT.`
    );
  }
}

const ALLOW_PLAIN = 'FLOWSCOPE_ALLOW_PLAIN_HTTP';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host, an address or `localhost`, is this machine itself. */
export function isLoopback(host: string): boolean {
  const address = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Throws {@link CommandFailed} when others could read along: where it listens not only for this machine, unless that is allowed. */
function refuseOpenly(address: Address, allowed: string | undefined): void {
  if (allowed && allowed !== 'yes' && allowed !== 'no') {
    throw new CommandFailed(`${ALLOW_PLAIN} is yes, no or not set, not "${allowed}".`);
  }
  if (allowed === 'yes' || isLoopback(address.host)) {
    return;
  }
  throw new CommandFailed(
    `The API would listen at ${textOf(address)} without TLS, where others could read its token on the way. Set FLOWSCOPE_TLS_CERT ` +
      `and FLOWSCOPE_TLS_KEY to the files of a certificate and its key, or listen at ${DEFAULT_LISTEN}. Where nobody else is on ` +
      `that network, ${ALLOW_PLAIN}=yes allows it.`
  );
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const textOf = ({ host, port }: Address) => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;

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
