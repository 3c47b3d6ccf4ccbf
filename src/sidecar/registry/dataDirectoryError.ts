import { diskAdvice } from '../util/diskErrors';
import { RegistryError } from './errors';

/** SQLite's result codes PERM, READONLY and CANTOPEN: https://www.sqlite.org/rescode.html */
const SQLITE_REFUSALS = [3, 8, 14];

/**
 * What to throw for an error of reading or writing in the data directory: `RegistryError` with the system's reason and what
 * to do where the system did not let this user or could not, else the error itself.
 */
export function toDataDirectoryError(directory: string, error: unknown): unknown {
  const { message, syscall, errcode } = error as NodeJS.ErrnoException & { readonly errcode?: number };
  // The lowest byte: the others tell more of the same.
  const isRefused = syscall !== undefined || (errcode !== undefined && SQLITE_REFUSALS.includes(errcode & 0xff));
  const advice = diskAdvice(error, directory) ?? (isRefused ? 'let this user read and write there' : undefined);
  return advice
    ? new RegistryError(
        `The data directory ${directory} cannot be used (${message}): ${advice}, or set FLOWSCOPE_DATA_DIR to another folder.`,
        'conflict'
      )
    : error;
}
