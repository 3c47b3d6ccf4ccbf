import { closeSync, fsyncSync, linkSync, openSync, renameSync } from 'node:fs';

/** What file systems without hard links answer: https://man7.org/linux/man-pages/man2/link.2.html */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Brings a file to the disk. */
export function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Brings the names in a folder to the disk, where that is possible: not every file system does that for folders. */
export function flushFolder(folder: string): void {
  try {
    flush(folder);
  } catch {
    // SQLite goes on as well.
  }
}

/**
 * Gives a file its name, unless there is one of that name: that throws `EEXIST`, except where the file system has no hard
 * links and replaces it.
 */
export function linkOrRename(from: string, to: string): void {
  try {
    // Unlike a renaming, never in the place of another file.
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
    renameSync(from, to);
  }
}
