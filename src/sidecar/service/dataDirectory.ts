import { statSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { REGISTRY_FILE } from '../registry/database';
import { makeFolderPrivate } from '../registry/privateFolder';
import { toDataDirectoryError } from '../registry/dataDirectoryError';
import { CommandFailed } from '../util/commandError';
import { say } from '../util/output';

/**
 * The folder of the registry. Throws {@link CommandFailed} when there is no folder and none can be made, and `RegistryError`
 * when this user may not read it.
 */
export function dataDirectory(): string {
  const given = process.env.FLOWSCOPE_DATA_DIR;
  if (given === '') {
    throw new CommandFailed('FLOWSCOPE_DATA_DIR is empty: set it to the folder where the registry is, or unset it.');
  }
  const directory = resolve(given ?? 'data');
  let nearest = directory;
  let found = statIfThere(nearest, directory);
  while (!found) {
    nearest = dirname(nearest);
    found = statIfThere(nearest, directory);
  }
  if (!found.isDirectory()) {
    throw new CommandFailed(
      `There can be no registry in ${directory}, ${whyThere()}: ${nearest} is no folder. Set FLOWSCOPE_DATA_DIR to one.`
    );
  }
  return directory;
}

/** The file or folder at a path; undefined when there is none. Throws when this user may not read it: it may be there. */
function statIfThere(path: string, directory: string): Stats | undefined {
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
  return statIfThere(join(directory, REGISTRY_FILE), directory) !== undefined;
}

/** The data directory, for commands that need an existing registry. Throws {@link CommandFailed} when there is none. */
export function existingRegistryFolder(): string {
  if (!hasRegistry()) {
    throw new CommandFailed(
      `There is no registry in ${dataDirectory()}, ${whyThere()}. Set FLOWSCOPE_DATA_DIR to where it is; ` +
        'flowscope source add and flowscope serve make a new one.'
    );
  }
  return privateDataDirectory();
}

/** The data directory, for commands that may create the registry. Says so when there is none: the path may be mistyped. */
export function registryFolder(): string {
  if (!hasRegistry()) {
    say(`Making a new registry in ${dataDirectory()}, ${whyThere()}.`);
  }
  return privateDataDirectory();
}

const whyThere = () =>
  process.env.FLOWSCOPE_DATA_DIR === undefined
    ? 'where it is kept when FLOWSCOPE_DATA_DIR is not set'
    : 'which FLOWSCOPE_DATA_DIR names';
