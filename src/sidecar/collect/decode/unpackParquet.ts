import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedParquet, parquetAsText, readableColumns, UnsupportedParquet } from '../../records/parquet/parquet';
import { cutShort, temporaryFilesFailed } from '../../util/diskErrors';
import { isFieldRead } from '../../records/rules';
import { CorruptObject, LeftInPlace } from './corruptObject';

/** Asked, once all text was given, which lines are needed with every column, and given these. */
export interface WholeLines {
  /** Numbers of lines, from 0 below the header. */
  needed(): ReadonlySet<number>;
  take(number: number, line: string): void;
}

/** The number of the line before the first record. */
const HEADER_LINE = -1;

/**
 * Reads a Parquet body as the text of a flow log, chunk by chunk, until `onChunk` returns false: the columns that are read,
 * and those of few rows again with every column, for `wholeLines`. Parquet is read from its end, so the body waits in a
 * temporary file: memory holds one row group.
 * Throws {@link CorruptObject} when it is damaged or cut off, and {@link LeftInPlace} when it is packed in a way, or has
 * columns of a type, that is not read; `TemporaryFilesFailed` when the file cannot be kept.
 */
export async function unpackParquet(
  body: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Buffer) => boolean,
  wholeLines?: WholeLines
): Promise<void> {
  const file = await inTemporaryFolder(openNameless());
  try {
    const size = await save(body, file);
    const source = { size, read: (start: number, end: number) => readRange(file, start, end) };
    for await (const chunk of parquetAsText(source, isFieldRead)) {
      if (!onChunk(chunk)) {
        return;
      }
    }
    const needed = wholeLines?.needed() ?? new Set();
    if (needed.size > 0) {
      let number = HEADER_LINE;
      const readable = await readableColumns(source);
      for await (const chunk of parquetAsText(source, (column) => readable.has(column))) {
        for (const line of chunk.toString('latin1', 0, chunk.length - 1).split('\n')) {
          if (needed.has(number)) {
            wholeLines!.take(number, line);
          }
          number++;
        }
      }
    }
  } catch (cause) {
    if (cause instanceof DamagedParquet) {
      throw new CorruptObject('corrupt-parquet', cause.message, { cause });
    }
    if (cause instanceof UnsupportedParquet) {
      throw new LeftInPlace({ reason: cause.reason, message: cause.message }, { cause });
    }
    throw cause;
  } finally {
    await file.close();
  }
}

async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'flowscope-parquet-'));
  // Open, it needs no name: however the process ends, nothing is left of it.
  return open(join(folder, 'object'), 'wx+', 0o600).finally(() => rm(folder, { recursive: true }));
}

/** Throws `TemporaryFilesFailed` for what the file system has against some work with the file. */
function inTemporaryFolder<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw temporaryFilesFailed(tmpdir(), error);
  });
}

async function save(body: AsyncIterable<Uint8Array>, file: FileHandle): Promise<number> {
  let size = 0;
  for await (const chunk of body) {
    await inTemporaryFolder(file.writeFile(chunk));
    size += chunk.length;
  }
  return size;
}

/** Reads all bytes of a range: one call may give fewer than were asked for. */
async function readRange(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let read = 0; read < bytes.length;) {
    const { bytesRead } = await inTemporaryFolder(file.read(bytes, read, bytes.length - read, start + read));
    if (bytesRead === 0) {
      throw cutShort(tmpdir());
    }
    read += bytesRead;
  }
  return bytes;
}
