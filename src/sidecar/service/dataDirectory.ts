import { statSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { REGISTRY_FILE } from '../registry/database';
import { makeFolderPrivate } from '../registry/privateFolder';
import { toDataDirectoryError } from '../registry/dataDirectoryError';
import { CommandFailed } from '../util/commandError';
import { say } from '../util/output';

/**
 * Where the registry is kept. Throws {@link CommandFailed} when no folder is or can be there, and `RegistryError` when this
 * user may not look.
 */
export function dataDirectory(): string {
  const given = process.env.FLOWSCOPE_DATA_DIR;
  if (given === '') {
    throw new CommandFailed('FLOWSCOPE_DATA_DIR is empty: set it to the folder where the registry is, or unset it.');
  }
  const directory = resolve(given ?? 'data');
  let nearest = directory;
  let found = look(nearest, directory);
  while (!found) {
    nearest = dirname(nearest);
    found = look(nearest, directory);
  }
  if (!found.isDirectory()) {
    throw new CommandFailed(
      `There can be no registry in ${directory}, ${whyThere()}: ${nearest} is no folder. Set FLOWSCOPE_DATA_DIR to one.`
    );
  }
  return directory;
}

/** What is at that path; undefined when nothing is. What this user may not look at is not said to be missing: it throws. */
function look(path: string, directory: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw toDataDirectoryError(directory, error);
  }
}

const said = new Set<string>();

/**
 * The data directory, made if there was none, and for its owner alone; says what was open to other users. Throws as
 * {@link dataDirectory} and {@link makeFolderPrivate} do.
 */
export function privateDataDirectory(): string {
  const directory = dataDirectory();
  for (const sentence of makeFolderPrivate(directory).filter((sentence) => !said.has(sentence))) {
    said.add(sentence);
    say(sentence);
  }
  return directory;
}

/** Whether there is a registry in the data directory. Throws as {@link dataDirectory} does. */
export function hasRegistry(): boolean {
  const directory = dataDirectory();
  return look(join(directory, REGISTRY_FILE), directory) !== undefined;
}

/** The data directory, for commands that need a registry. Throws {@link CommandFailed} when none is there. */
export function knownRegistry(): string {
  if (!hasRegistry()) {
    throw new CommandFailed(
      `There is no registry in ${dataDirectory()}, ${whyThere()}. Set FLOWSCOPE_DATA_DIR to where it is; ` +
        'flowscope source add and flowscope serve make a new one.'
    );
  }
  return privateDataDirectory();
}

/** The data directory, for commands that may be the first: says so when they are, lest it be a mistyped one. */
export function registryToFill(): string {
  if (!hasRegistry()) {
    say(`Making a new registry in ${dataDirectory()}, ${whyThere()}.`);
  }
  return privateDataDirectory();
}

const whyThere = () =>
  process.env.FLOWSCOPE_DATA_DIR === undefined
    ? 'where it is kept when FLOWSCOPE_DATA_DIR is not set'
    : 'which FLOWSCOPE_DATA_DIR names';
