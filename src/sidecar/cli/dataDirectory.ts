import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { REGISTRY_FILE } from '../registry/database';
import { CommandFailed } from './failure';
import { say } from './output';

/** Where the registry is kept. */
export const dataDirectory = () => resolve(process.env.FLOWSCOPE_DATA_DIR ?? 'data');

/** Whether there is a registry in the data directory. */
export const hasRegistry = () => existsSync(join(dataDirectory(), REGISTRY_FILE));

/** The data directory, for commands that need a registry. Throws {@link CommandFailed} when none is there. */
export function knownRegistry(): string {
  if (!hasRegistry()) {
    throw new CommandFailed(
      `There is no registry in ${dataDirectory()}, ${whyThere()}. Set FLOWSCOPE_DATA_DIR to where it is; ` +
        'flowscope source add and flowscope serve make a new one.'
    );
  }
  return dataDirectory();
}

/** The data directory, for commands that may be the first: says so when they are, lest it be a mistyped one. */
export function registryToFill(): string {
  if (!hasRegistry()) {
    say(`Making a new registry in ${dataDirectory()}, ${whyThere()}.`);
  }
  return dataDirectory();
}

const whyThere = () =>
  process.env.FLOWSCOPE_DATA_DIR === undefined
    ? 'where it is kept when FLOWSCOPE_DATA_DIR is not set'
    : 'which FLOWSCOPE_DATA_DIR names';
