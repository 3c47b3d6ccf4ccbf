import { createReadStream } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mayHoldFlowLogs } from '../records/objectName';
import { CommandFailed } from './failure';
import { plain } from './format';

/** The source id of what was imported from files. */
export const IMPORT_SOURCE = 'import';

/** A file to be imported. */
export interface FoundFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/**
 * Every file named, and every file below a folder whose name may be that of a flow log. Throws {@link CommandFailed} when
 * there is none.
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const files = new Map<string, FoundFile>();
  const add = async (file: string) => {
    const path = resolve(file);
    const { size, mtimeMs } = await stat(path);
    files.set(path, { path, size, modified: Math.floor(mtimeMs) });
  };
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) {
      throw new CommandFailed(`There is no file or folder ${path}.`);
    }
    if (!found.isDirectory()) {
      await add(path);
      continue;
    }
    for await (const entry of glob('**/*', { cwd: path, withFileTypes: true })) {
      if (entry.isFile() && mayHoldFlowLogs(entry.name)) {
        await add(join(entry.parentPath, entry.name));
      }
    }
  }
  if (files.size === 0) {
    throw new CommandFailed(`No flow logs in ${paths.join(', ')}: their names end in .gz or .parquet.`);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Read at once: each time Node takes so much memory, however little is left of the file. One more than a small file has, as
 * it may not be 0.
 */
const READ_BYTES = 512 * 1024;

/** A file's bytes; undefined when it is gone. `onBytes`: told how many were read. */
export async function openFile(
  { path, size }: FoundFile,
  onBytes: (bytes: number) => void
): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (!(await stat(path).catch(() => undefined))) {
    return undefined;
  }
  return (async function* read() {
    let bytes = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: Math.min(READ_BYTES, size + 1) })) {
      bytes += (chunk as Buffer).length;
      onBytes((chunk as Buffer).length);
      yield chunk as Buffer;
    }
    if (bytes !== size) {
      throw new CommandFailed(`${plain(path)} changed while it was read: import it again.`);
    }
  })();
}
