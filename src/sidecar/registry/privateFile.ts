import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { RegistryError } from './errors';
import { makeFolderPrivate } from './privateFolder';
import { toDataDirectoryError } from './dataDirectoryError';
import { flushFolder, linkOrRename } from './wholeFile';

/** More than any token or key has. Bytes. */
const LARGEST = 4096;
const ENDING = '.new';

/**
 * The text of a file of the data directory that nobody else may read; made at its first use. It is written whole or not at
 * all, and processes that make it at once all get the same. An existing one is never written again, whatever it holds:
 * callers check the text. Throws {@link RegistryError} when this user may not read or write there, when the path is no
 * file, or when the file is another user's, who would know what is in it.
 */
export function readOrCreatePrivateFile(directory: string, name: string, make: () => string): string {
  try {
    const path = join(directory, name);
    if (!existsSync(path)) {
      makeWhole(directory, name, `${make()}\n`);
    }
    tidyUp(directory, name);
    return read(directory, path);
  } catch (error) {
    throw toDataDirectoryError(directory, error);
  }
}

/** Writes the text into a file beside it, which gets the name only when all is on the disk. */
function makeWhole(directory: string, name: string, text: string): void {
  makeFolderPrivate(directory);
  const temporary = join(directory, `.${name}.${randomBytes(6).toString('hex')}${ENDING}`);
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    giveName(temporary, join(directory, name));
  } finally {
    rmSync(temporary, { force: true });
  }
  flushFolder(directory);
}

/** Gives a file its name, unless another process was faster: then that one's file stays. */
function giveName(temporary: string, path: string): void {
  try {
    linkOrRename(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The other process may have tidied up, too.
    const isThere = code === 'EEXIST' || (code === 'ENOENT' && existsSync(path));
    if (!isThere) {
      throw error;
    }
  }
}

/** Removes what a process left that was killed while it wrote; the file itself is there by now. */
function tidyUp(directory: string, name: string): void {
  for (const left of readdirSync(directory)) {
    if (left.startsWith(`.${name}.`) && left.endsWith(ENDING)) {
      rmSync(join(directory, left), { force: true });
    }
  }
}

function read(directory: string, path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > LARGEST) {
    throw new RegistryError(`${path} must be a file with one line, and is something else: move it away.`, 'conflict');
  }
  const trusted = [process.geteuid?.(), 0, statSync(directory).uid];
  if (!trusted.includes(stats.uid)) {
    throw new RegistryError(
      `${path} belongs to another user (id ${stats.uid}), who knows what is in it: delete it, and a new one is made.`,
      'conflict'
    );
  }
  if ((stats.mode & 0o077) !== 0) {
    closeToOthers(path, stats.mode & 0o700);
  }
  return readFileSync(path, 'utf8').trim();
}

/** Where this user may not, or the file system is read-only, the file is left as it is: `makeFolderPrivate` says so. */
function closeToOthers(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!['EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
  }
}
