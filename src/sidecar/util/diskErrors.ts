import { statfsSync } from 'node:fs';

/** What to do about it when the system, and not a lack of permission, keeps a process from reading or writing. By its code. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full; free some space there',
  EDQUOT: "this user's quota there is used up; free some space there, raise the quota",
  EFBIG: 'a file there may not become so large; raise that limit (ulimit -f)',
  EROFS: 'let this user write there (it is mounted read-only)',
  EIO: 'its disk fails; check it and what the system logs',
  EMFILE: 'this process has as many files open as it may; raise that limit (ulimit -n)',
  ENFILE: 'this machine has as many files open as it may; raise that limit (fs.file-max)',
};

/** SQLite's result codes IOERR, FULL and CANTOPEN: https://www.sqlite.org/rescode.html */
const SQLITE_CODES: Readonly<Record<number, string | undefined>> = { 10: 'EIO', 13: 'ENOSPC', 14: undefined };
/** Below this a disk is taken for full when SQLite does not say so: it names most failures alike. Bytes. */
const NO_SPACE = 1024 * 1024;

/**
 * What is wrong with the disk, and what to do, for an error of the file system or of SQLite; undefined for any other error.
 * `directory`: where it happened.
 */
export function diskAdvice(error: unknown, directory?: string): string | undefined {
  const { code, errcode } = error as NodeJS.ErrnoException & { readonly errcode?: number };
  if (errcode === undefined) {
    return ADVICE[code ?? ''];
  }
  // The lowest byte is the result code; the others refine it.
  const result = errcode & 0xff;
  if (!(result in SQLITE_CODES)) {
    return undefined;
  }
  const named = directory !== undefined && isFull(directory) ? 'ENOSPC' : SQLITE_CODES[result];
  return named && ADVICE[named];
}

/** Whether a disk has no room, or no room for another file. */
function isFull(directory: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(directory);
    return bavail * bsize < NO_SPACE || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}

/** Temporary files cannot be kept: no fault of the object that needs them. The message says where, why, and what to do. */
export class TemporaryFilesFailed extends Error {
  override readonly name = 'TemporaryFilesFailed';
}

/** {@link TemporaryFilesFailed} for an error of the file system in that folder, else the error itself. */
export function temporaryFilesFailed(folder: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) {
    return error;
  }
  const advice = diskAdvice(error) ?? 'let this user read and write there';
  return new TemporaryFilesFailed(
    `Temporary files cannot be kept in ${folder} (${message}): ${advice}, or set TMPDIR to another folder.`,
    { cause: error }
  );
}

/** {@link TemporaryFilesFailed} for a temporary file that ends before what was written to it. */
export function cutShort(folder: string): TemporaryFilesFailed {
  return new TemporaryFilesFailed(`A temporary file in ${folder} was cut short by somebody else.`);
}
