/** Folders of files, as they are before they become an archive, and the rules for what may be in one. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { zipSync, type ZipOptions } from 'fflate';
import { ServiceError } from '../lib/processes';

export interface PackedFile {
  readonly data: Uint8Array;
  readonly isExecutable: boolean;
}

/** By their paths, with slashes. */
export type Files = Map<string, PackedFile>;

const EXECUTABLE = 0o755;
const READABLE = 0o644;
/** Says in a ZIP that the attributes are those of Unix. */
const UNIX = 3;
const REGULAR_FILE = 0o100000;

/** What stands in no name of a file that is shipped. */
const FOREIGN_NAMES = /\.(test|spec)\.|(^|\/)(testing|__tests__|node_modules|\.git|\.env)(\/|$)|\.(pem|key|db|sqlite)$/;
/** A source in a source map: tests, and their doubles. */
const TEST_SOURCES = /"webpack:[^"]*(\.(test|spec)\.[jt]sx?|\/(testing|test)\/)[^"]*"/;
/** Keys of AWS, of other clouds' shape, and private keys. AWS's documentation uses keys that end in EXAMPLE. */
const SECRETS =
  /\b(AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bglc_[\w+/=]{20,}/;

/** A file of text that may be read by all. */
export function textFile(text: string): PackedFile {
  return { data: Buffer.from(text), isExecutable: false };
}

/** All files below a folder. `prefix` comes before each path. */
export async function readFolder(folder: string, prefix = ''): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
  return new Map(
    await Promise.all(
      paths.map(async (path) => {
        const [data, { mode }] = await Promise.all([readFile(path), stat(path)]);
        const name = prefix + path.slice(folder.length + 1).replaceAll('\\', '/');
        return [name, { data, isExecutable: (mode & 0o100) !== 0 }] as const;
      })
    )
  );
}

/** Writes all of them below a folder. */
export async function writeFolder(folder: string, files: Files): Promise<void> {
  for (const [name, { data, isExecutable }] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, data, { mode: isExecutable ? EXECUTABLE : READABLE });
  }
}

/** The SHA-256 of each file, as `sha256sum --check` reads it, in the order of their names. */
export function checksums(files: Files): string {
  return sorted(files)
    .map(([name, { data }]) => `${createHash('sha256').update(data).digest('hex')}  ${name}\n`)
    .join('');
}

/**
 * A ZIP of a folder: the same bytes for the same files and date, in whatever order, place and time zone. All files carry
 * `date`, to two seconds, in UTC.
 */
export function zip(folder: string, files: Files, date: Date): Uint8Array {
  // A ZIP has dates without a time zone, and fflate writes what clocks on the wall say here.
  const mtime = new Date(
    ...([date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()] as const),
    ...([date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()] as const)
  );
  return zipSync(
    Object.fromEntries(
      sorted(files).map(([name, { data, isExecutable }]) => {
        const mode = REGULAR_FILE | (isExecutable ? EXECUTABLE : READABLE);
        const options: ZipOptions = { level: 9, mtime, os: UNIX, attrs: (mode << 16) >>> 0 };
        return [`${folder}/${name}`, [data, options]];
      })
    )
  );
}

/**
 * Throws a {@link ServiceError} that names the first file which must not be shipped: one of tests, one with a secret, or one
 * with a path of this machine. `machine`: its folders, and whatever else only it knows, such as a token.
 */
export function refuseForeign(files: Files, machine: readonly string[]): void {
  for (const [name, { data }] of sorted(files)) {
    const text = Buffer.from(data).toString('latin1');
    const found =
      FOREIGN_NAMES.exec(name)?.[0] ??
      TEST_SOURCES.exec(text)?.[0] ??
      (SECRETS.test(text) ? 'a key' : undefined) ??
      (machine.some((secret) => text.includes(secret)) ? 'a path or a secret of this machine' : undefined);
    if (found !== undefined) {
      throw new ServiceError(`${name} must not be shipped, because of ${found}: see scripts/package/archive.ts`);
    }
  }
}

/** In the order of their names, the same everywhere. */
function sorted(files: Files): Array<[string, PackedFile]> {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1));
}
