import { readFileSync } from 'node:fs';
import { explain, CommandFailed } from '../util/commandError';
import { SECRET_VARIABLES } from './environment';

/**
 * Reads secrets from the files that variables ending in _FILE name (`FLOWSCOPE_TOKEN_FILE=/run/secrets/token`), and puts them into
 * `env` as if they had been given there; a line end after them is left out. Throws {@link CommandFailed} when a file cannot be read
 * or is empty, or when a secret is given both ways.
 */
export function readSecretFiles(env: NodeJS.ProcessEnv): void {
  for (const name of SECRET_VARIABLES) {
    const variable = `${name}_FILE`;
    const path = env[variable];
    if (path === undefined) {
      continue;
    }
    if (env[name] !== undefined) {
      throw new CommandFailed(`${name} and ${variable} are both set: unset one of them.`);
    }
    const secret = read(variable, path).replace(/\r?\n$/, '');
    if (secret === '') {
      throw new CommandFailed(`The file ${path}, which ${variable} names, is empty: write the secret into it.`);
    }
    env[name] = secret;
    // Read once: a command that starts another hands on the secret, and not both.
    delete env[variable];
  }
}

function read(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailed(`The file ${path}, which ${variable} names, cannot be read (${explain(error)}).`);
  }
}
