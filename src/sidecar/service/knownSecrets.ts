import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET_KEY_FILE } from '../registry/secrets';
import { secretsIn } from '../util/redact';
import { TOKEN_FILE } from './apiToken';

/** Secrets that this process may come across, to be taken out of what people are shown: the environment's and the data directory's. */
export function knownSecrets(directory: string, env: NodeJS.ProcessEnv): string[] {
  const inFiles = [TOKEN_FILE, SECRET_KEY_FILE].map((name) => {
    try {
      return readFileSync(join(directory, name), 'utf8').trim();
    } catch {
      return '';
    }
  });
  return [...secretsIn(env), ...inFiles];
}
