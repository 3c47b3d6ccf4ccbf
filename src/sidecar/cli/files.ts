import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mayHoldFlowLogs } from '../records/objectName';
import { CommandFailed } from '../util/commandError';

/** A file to be imported. */
export interface FoundFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** A file that could not be read, or not to the end it had: it may be tried again. The message is for people. */
export class FileNotRead extends Error {
  override readonly name = 'FileNotRead';
}

/**
 * Every file named, and every file below a folder whose name may be that of a flow log. Throws {@link CommandFailed} when
 * there is none, or what was named cannot be looked at.
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const files = new Map<string, FoundFile>();
  const add = async (file: string) => {
    const path = resolve(file);
    // Gone since it was found, or not to be looked at: reading it will say so.
    const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
    files.set(path, { path, size, modified: Math.floor(mtimeMs) });
  };
  for (const path of paths) {
    const found = await stat(path).catch(({ code, message }: NodeJS.ErrnoException) => {
      const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
      throw new CommandFailed(
        isMissing ? `There is no file or folder ${path}.` : `What is at ${path} cannot be looked at (${message}).`
      );
    });
    if (!found.isDirectory()) {
      await add(path);
      continue;
    }
    for await (const file of filesBelow(path)) {
      await add(file);
    }
  }
  if (files.size === 0) {
    throw new CommandFailed(`No flow logs in ${paths.join(', ')}: their names end in .gz or .parquet.`);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * What flow logs may be below a folder, hidden ones aside; links to files are followed, those to folders may lead in circles.
 * A folder that cannot be looked through is given itself: reading it will say why.
 */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) {
    yield folder;
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) {
      continue;
    }
    if (entry.isDirectory()) {
      yield* filesBelow(path);
    } else if (mayHoldFlowLogs(entry.name) && (entry.isFile() || (await linksToFile(path)))) {
      yield path;
    }
  }
}

/** A link that leads nowhere counts: reading it will say so. */
const linksToFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => true
  );

/**
 * Read at once: each time Node takes so much memory, however little is left of the file. One more than a small file has, as
 * it may not be 0.
 */
const READ_BYTES = 512 * 1024;

/** A file's bytes. `onBytes`: told how many were read. Iterating throws {@link FileNotRead}, also when it is gone. */
export async function* readFile(
  { path, size }: FoundFile,
  onBytes: (bytes: number) => void
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const chunks = createReadStream(path, { highWaterMark: Math.min(READ_BYTES, size + 1) });
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw new FileNotRead(`It cannot be read (${(error as Error).message}): import it again once it can.`);
  }
  if (bytes !== size) {
    throw new FileNotRead('It changed while it was read: import it again.');
  }
}
