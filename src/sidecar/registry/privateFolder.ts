import { chmodSync, mkdirSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { RegistryError } from './errors';
import { toDataDirectoryError } from './dataDirectoryError';

/** Permissions of users other than the owner, to write for all of them, and to reach what lies in a folder. */
const OTHERS = 0o077;
const ALL_WRITE = 0o002;
const OTHERS_REACH = 0o011;
/** On a folder where all users may have files, such as /tmp: https://man7.org/linux/man-pages/man7/inode.7.html */
const STICKY = 0o1000;

/** Of drives of Windows in its Linux, of shares and sticks: they belong to one user, though they are open to all. */
const KEEPS_NONE = 'its file system keeps no permissions';

/** The files of Flowscope in a data directory: the registry with what SQLite and backups put beside it, and secrets. */
const OWN_FILE = /^\.?(registry\.sqlite|api-token|secret\.key)/;
/** What else may be there in a folder that is Flowscope's alone: what mkfs makes. */
const OWN_FOLDER = 'lost+found';

/** What to do when others could read a file. */
const ADVICE = [
  ['api-token', 'If one of them may have read api-token, delete it: a new one is made at the next start.'],
  ['secret.key', 'If one of them may have read secret.key, give sources and accounts new access keys.'],
] as const;

/**
 * Makes the data directory for its owner alone; closes one that was there before, and the files of Flowscope in it, to
 * other users. A folder that holds other things too is left as it is, since others may need them.
 * Returns what people should know, in sentences: what was open to others until now, and what still is.
 * Throws {@link RegistryError} when the directory cannot be used, or every user could put files of their own there.
 */
export function makeFolderPrivate(directory: string): string[] {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Windows keeps no such permissions.
    return process.platform === 'win32' ? [] : closeToOthers(directory);
  } catch (error) {
    throw toDataDirectoryError(directory, error);
  }
}

function closeToOthers(directory: string): string[] {
  const folder = statSync(directory);
  const names = readdirSync(directory);
  const files = names.filter((name) => OWN_FILE.test(name)).flatMap((name) => openFile(directory, name));
  const closed = files.filter(({ leftOpen }) => leftOpen === undefined).map(({ name }) => name);
  const sentences = files
    .filter(({ leftOpen }) => leftOpen !== undefined)
    .map(
      ({ name, leftOpen }) => `Other users may use ${join(directory, name)}, and it cannot be closed (${leftOpen}).`
    );
  if ((folder.mode & OTHERS) !== 0) {
    const leftOpen = whyLeft(folder, names) ?? close(directory, folder);
    if (leftOpen !== undefined) {
      sentences.push(leftAlone(directory, folder, leftOpen));
    }
  }
  if (closed.length > 0 && (folder.mode & OTHERS_REACH) !== 0) {
    const advice = ADVICE.filter(([name]) => closed.includes(name)).map(([, todo]) => ` ${todo}`);
    sentences.push(`Other users could use ${closed.join(', ')} in ${directory} until now.${advice.join('')}`);
  }
  return sentences;
}

/** Nothing, or a file that others could use, closed to them unless `leftOpen` says why not. */
function openFile(directory: string, name: string): Array<{ readonly name: string; readonly leftOpen?: string }> {
  const path = join(directory, name);
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch {
    // Whoever needs the file says what is wrong with it.
  }
  return stats?.isFile() && (stats.mode & OTHERS) !== 0 ? [{ name, leftOpen: close(path, stats) }] : [];
}

/** Takes the permissions of others away; returns the reason when they still have them. */
function close(path: string, { mode }: Stats): string | undefined {
  try {
    chmodSync(path, mode & 0o700);
  } catch (error) {
    return (error as Error).message;
  }
  const now = statSync(path, { throwIfNoEntry: false });
  return now && (now.mode & OTHERS) !== 0 ? KEEPS_NONE : undefined;
}

/** Why a folder must not be closed to others; undefined when it is Flowscope's alone. */
function whyLeft({ mode }: Stats, names: readonly string[]): string | undefined {
  if ((mode & STICKY) !== 0) {
    return 'it is a folder for all users';
  }
  const foreign = names.find((name) => !OWN_FILE.test(name) && name !== OWN_FOLDER);
  return foreign === undefined ? undefined : `it holds other things too, such as ${foreign}`;
}

/** The sentence about a folder that stays open. Throws {@link RegistryError} when every user may write there. */
function leftAlone(directory: string, { mode }: Stats, reason: string): string {
  const todo = `Set FLOWSCOPE_DATA_DIR to a folder of its own, or: chmod 700 ${directory}`;
  if ((mode & ALL_WRITE) !== 0 && reason !== KEEPS_NONE) {
    throw new RegistryError(
      `Every user may write in the data directory ${directory}, and so bring a token or a registry of their own. It is not ` +
        `closed to them, because ${reason}. ${todo}`,
      'conflict'
    );
  }
  return `Other users may look into the data directory ${directory}, which is left as it is, because ${reason}. ${todo}`;
}
