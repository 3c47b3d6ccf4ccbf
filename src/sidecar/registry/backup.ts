import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { formatBytes } from '../../reports/units';
import { diskAdvice } from '../util/diskErrors';
import { openReader, REGISTRY_FILE } from './database';
import { RegistryError } from './errors';
import { flush, flushFolder, linkOrRename } from './wholeFile';

/**
 * SQLite begins a copy anew whenever another process writes between two of its steps, so one that is made in small steps would
 * never end while `serve` collects. In one step it is a single read, which lets others write.
 */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies the registry of a data directory into a file, as it is at one moment, while others read and write it. The file is for
 * its owner alone, and appears when it is complete and on the disk: what fails or is killed leaves no part of it under that
 * name. Returns its size in bytes.
 * Throws {@link RegistryError} when the file is there already and may not be overwritten, is one of the registry's own, or
 * cannot be written, as when its disk has too little room.
 */
export async function backupRegistry(directory: string, file: string, overwrite = false): Promise<number> {
  const target = resolve(file);
  const folder = dirname(target);
  const reader = openReader(directory);
  try {
    refuseTarget(directory, target, overwrite);
    refuseFullDisk(folder, sizeOf(reader));
    removeLeftovers(target);
    const partial = join(folder, `.${basename(target)}.${process.pid}-${randomBytes(3).toString('hex')}.partial`);
    try {
      closeSync(openSync(partial, 'wx', 0o600));
      await backup(reader, partial, { rate: ALL_PAGES });
      makeWhole(partial);
      giveName(partial, target, overwrite);
    } finally {
      rmSync(partial, { force: true });
    }
    flushFolder(folder);
    return statSync(target).size;
  } catch (error) {
    throw toBackupError(folder, error);
  } finally {
    reader.close();
  }
}

function refuseTarget(directory: string, target: string, overwrite: boolean): void {
  const isOwn = basename(target).startsWith(REGISTRY_FILE) && existsSync(dirname(target));
  if (isOwn && realpathSync(dirname(target)) === realpathSync(directory)) {
    throw new RegistryError(`${target} is a file of the registry itself: name another one for its backup.`, 'conflict');
  }
  if (existsSync(target) && !(overwrite && statSync(target).isFile())) {
    throw alreadyThere(target);
  }
}

function alreadyThere(target: string): RegistryError {
  return new RegistryError(
    `${target} is there already, and was left as it is: name another file, or say --overwrite to replace it.`,
    'conflict'
  );
}

function sizeOf(db: DatabaseSync): number {
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
  return pragma('page_count') * pragma('page_size');
}

function refuseFullDisk(folder: string, needed: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < needed) {
    throw new RegistryError(
      `The backup needs ${formatBytes(needed)}, and the disk of ${folder} has ${formatBytes(free)} free: free some space ` +
        'there, or name a file on another disk.',
      'conflict'
    );
  }
}

/** Removes what backups into the same file have left that were killed. */
function removeLeftovers(target: string): void {
  const folder = dirname(target);
  for (const name of readdirSync(folder).filter((one) => one.startsWith(`.${basename(target)}.`))) {
    const pid = /\.(\d+)-[0-9a-f]+\.partial(-journal)?$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      rmSync(join(folder, name), { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Makes a copy a file that needs no other beside it, and brings it to the disk. */
function makeWhole(partial: string): void {
  const copy = new DatabaseSync(partial);
  try {
    // As the registry, it expects a write-ahead log. Opening it as one brings that back.
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
  flush(partial);
}

function giveName(partial: string, target: string, overwrite: boolean): void {
  if (overwrite) {
    renameSync(partial, target);
    return;
  }
  try {
    linkOrRename(partial, target);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? alreadyThere(target) : error;
  }
}

function toBackupError(folder: string, error: unknown): unknown {
  const { message, syscall, code } = error as NodeJS.ErrnoException;
  const isRefused = syscall !== undefined || code === 'ERR_SQLITE_ERROR';
  const advice = diskAdvice(error, folder) ?? (isRefused ? 'name a file that this user can write' : undefined);
  return advice
    ? new RegistryError(`The backup cannot be written to ${folder} (${message}): ${advice}.`, 'conflict')
    : error;
}
