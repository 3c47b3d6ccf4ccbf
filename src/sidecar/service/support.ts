import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arch, execPath, platform, version as nodeVersion, versions } from 'node:process';
import type { LogLine } from '../../contract/log';
import type { Access } from '../registry/access';
import { registryFacts, storedAccess, type RegistryFacts } from '../registry/facts';
import { openSecrets, SECRET_KEY_FILE, type SecretKeeper } from '../registry/secrets';
import { RULES_VERSION } from '../rollup/terms';
import { createInfluxClient } from '../store/influx';
import { storeWarnings } from '../store/schema';
import { explain } from '../util/commandError';
import { isSecretName, redactor } from '../util/redact';
import { knownSecrets } from './knownSecrets';
import { readLogTail } from './logTail';

/** How many of the log's last lines are told. */
const LOG_LINES = 500;
/** How long InfluxDB may take to answer. */
const PING_MS = 5000;

/** Variables of the environment that Flowscope, its SDK of AWS and Node read. */
const READ = /^(FLOWSCOPE_|AWS_|NODE_|HTTPS?_PROXY$|NO_PROXY$|TZ$)/i;

/** What cannot be read says why. */
type OrProblem<T> = T | { readonly problem: string };

/** All that helps to find out what is wrong, without secrets. */
export interface SupportFile {
  /** ISO 8601. */
  readonly made: string;
  readonly versions: Readonly<Record<string, string | number>>;
  /** The environment; a secret is `set`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly store: OrProblem<{ readonly url: string; readonly version: string; readonly warnings: readonly string[] }>;
  readonly registry: OrProblem<RegistryFacts>;
  /** The last lines of `serve`, oldest first. */
  readonly log: readonly LogLine[];
}

/** Gathers them from a data directory, its store and this process. Changes nothing, and leaves out what fails, saying why. */
export async function gatherSupport(directory: string, env: NodeJS.ProcessEnv): Promise<SupportFile> {
  const gathered: SupportFile = {
    made: new Date().toISOString(),
    versions: {
      flowscope: process.env.FLOWSCOPE_VERSION ?? 'development',
      ...{ rules: RULES_VERSION, node: nodeVersion, openssl: versions.openssl, platform, arch, program: execPath },
    },
    settings: settingsIn(env),
    store: await orProblem(async () => {
      const client = createInfluxClient(env);
      return {
        ...{ url: client.settings.url, version: await client.ping(PING_MS) },
        warnings: await storeWarnings(client),
      };
    }),
    registry: await orProblem(() => Promise.resolve(registryFacts(directory))),
    log: readLogTail(directory).slice(-LOG_LINES),
  };
  const redact = redactor([...knownSecrets(directory, env), ...storedSecrets(directory, env)]);
  return JSON.parse(redact(JSON.stringify(gathered))) as SupportFile;
}

async function orProblem<T>(read: () => Promise<T>): Promise<OrProblem<T>> {
  try {
    return await read();
  } catch (error) {
    return { problem: explain(error) };
  }
}

function settingsIn(env: NodeJS.ProcessEnv): Record<string, string> {
  const read = Object.entries(env).filter(([name]) => READ.test(name));
  return Object.fromEntries(
    read
      .map(([name, value = '']): [string, string] => [name, isSecretName(name) ? 'set' : value])
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
}

/**
 * The secrets of sources and accounts, which may stand where nobody expects them, and their external ids, which are between two
 * parties alone; none where they cannot be opened.
 */
function storedSecrets(directory: string, env: NodeJS.ProcessEnv): string[] {
  try {
    const access = storedAccess(directory);
    const externalIds = access.flatMap(({ externalId }) => externalId ?? []);
    // Without a key, asking for it would make one.
    const hasKey = env.FLOWSCOPE_SECRET_KEY !== undefined || existsSync(join(directory, SECRET_KEY_FILE));
    return hasKey ? [...externalIds, ...opened(openSecrets(directory, env), access)] : externalIds;
  } catch {
    return [];
  }
}

function opened(keeper: SecretKeeper, access: readonly Access[]): string[] {
  return access.flatMap((one) => {
    try {
      return keeper.signIn(one).keys?.secretAccessKey ?? [];
    } catch {
      // Sealed under another key: nobody here knows it.
      return [];
    }
  });
}
