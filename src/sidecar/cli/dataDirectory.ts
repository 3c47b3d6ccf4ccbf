import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { REGISTRY_FILE } from '../registry/database';
import { CommandFailed } from './failure';
import { say } from './output';

/** Where the registry is kept. Throws {@link CommandFailed} when no folder is or can be there. */
export function dataDirectory(): string {
  const directory = resolve(process.env.FLOWSCOPE_DATA_DIR ?? 'data');
  let nearest = directory;
  while (!existsSync(nearest)) {
    nearest = dirname(nearest);
  }
  if (!statSync(nearest).isDirectory()) {
    throw new CommandFailed(
      `There can be no registry in ${directory}, ${whyThere()}: ${nearest} is no folder. Set FLOWSCOPE_DATA_DIR to one.`
    );
  }
  return directory;
}

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
