import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { backupRegistry } from './backup';
import { openDatabase, REGISTRY_FILE } from './database';
import { openRegistry } from './registry';
import { RegistryError } from './sources';

const SOURCE = { name: 'a', bucket: 'logs', prefix: '', region: 'eu-west-1', enabled: false };

let folder: string;
let data: string;
let file: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowscope-backup-'));
  data = join(folder, 'data');
  file = join(folder, 'copy.sqlite');
  const registry = openRegistry(data);
  await registry.addSource(SOURCE, 1);
  await registry.close();
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** The names of the sources in a copy, opened as the registry of a new data directory. */
async function sourcesIn(copy: string): Promise<string[]> {
  const restored = mkdtempSync(join(folder, 'restored-'));
  fs.copyFileSync(copy, join(restored, REGISTRY_FILE));
  const registry = openRegistry(restored);
  const sources = await registry.listSources();
  await registry.close();
  return sources.map(({ name }) => name);
}

it('copies what was committed, while another process is in the middle of writing, into one private file', async () => {
  const writer = openDatabase(data);
  writer.exec("UPDATE source SET name = 'b'; BEGIN IMMEDIATE; UPDATE source SET name = 'c'");
  const bytes = await backupRegistry(data, file);
  writer.exec('COMMIT');
  writer.close();
  expect(await sourcesIn(file)).toEqual(['b']);
  expect(statSync(file)).toMatchObject({ size: bytes, mode: 0o100600 });
  expect(readdirSync(folder).filter((name) => name.includes('copy'))).toEqual(['copy.sqlite']);
  const copy = new DatabaseSync(file, { readOnly: true });
  expect(copy.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  copy.close();
});

it('ends although others never stop writing', async () => {
  const writer = openDatabase(data);
  writer.exec('PRAGMA synchronous = OFF');
  // More than SQLite copies in one step unless it is told to.
  writer.exec(`INSERT INTO setting SELECT key, hex(zeroblob(2000)) FROM json_each('[${'0,'.repeat(999)}0]')`);
  let [isDone, writes] = [false, 0];
  const writing = (async () => {
    while (!isDone) {
      writer.exec(`UPDATE source SET created = ${++writes}`);
      await setImmediate();
    }
    writer.close();
  })();
  await backupRegistry(data, file);
  isDone = true;
  await writing;
  expect(writes).toBeGreaterThan(0);
  expect(await sourcesIn(file)).toEqual(['a']);
});

it('overwrites no file unless it is told to', async () => {
  writeFileSync(file, 'precious', { mode: 0o644 });
  await expect(backupRegistry(data, file)).rejects.toThrow(`${file} is there already, and was left as it is`);
  expect(readFileSync(file, 'utf8')).toBe('precious');
  await backupRegistry(data, file, true);
  expect(await sourcesIn(file)).toEqual(['a']);
  expect(statSync(file).mode).toBe(0o100600);
});

it('overwrites no file that came while it was copying', async () => {
  const link = fs.linkSync;
  jest.spyOn(fs, 'linkSync').mockImplementation((from, to) => {
    writeFileSync(to, 'precious');
    link(from, to);
  });
  await expect(backupRegistry(data, file)).rejects.toThrow('is there already');
  expect(readFileSync(file, 'utf8')).toBe('precious');
});

it('leaves nothing behind, and the former backup as it was, when the disk is full in the end', async () => {
  writeFileSync(file, 'former');
  jest.spyOn(fs, 'fsyncSync').mockImplementation(() => {
    throw Object.assign(new Error('ENOSPC: no space left on device, fsync'), { code: 'ENOSPC', syscall: 'fsync' });
  });
  const failed = backupRegistry(data, file, true);
  await expect(failed).rejects.toThrow(RegistryError);
  await expect(failed).rejects.toThrow(
    `The backup cannot be written to ${folder} (ENOSPC: no space left on device, fsync): its disk is full`
  );
  expect(readdirSync(folder).sort()).toEqual(['copy.sqlite', 'data']);
  expect(readFileSync(file, 'utf8')).toBe('former');
});

it('is made also where folders cannot be brought to the disk', async () => {
  const flush = fs.fsyncSync;
  jest.spyOn(fs, 'fsyncSync').mockImplementation((of) => {
    if (fs.fstatSync(of).isDirectory()) {
      throw Object.assign(new Error('EINVAL: invalid argument, fsync'), { code: 'EINVAL', syscall: 'fsync' });
    }
    flush(of);
  });
  expect(await backupRegistry(data, file)).toBe(statSync(file).size);
  expect(await sourcesIn(file)).toEqual(['a']);
});

it('is made also where there are no hard links', async () => {
  jest.spyOn(fs, 'linkSync').mockImplementation(() => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM', syscall: 'link' });
  });
  await backupRegistry(data, file);
  expect(await sourcesIn(file)).toEqual(['a']);
  expect(readdirSync(folder).filter((name) => name.includes('copy'))).toEqual(['copy.sqlite']);
});

it('does not begin when the disk has too little room', async () => {
  const stats = fs.statfsSync(folder);
  jest.spyOn(fs, 'statfsSync').mockReturnValue({ ...stats, bavail: 1, bsize: 4096 });
  await expect(backupRegistry(data, file)).rejects.toThrow(
    /The backup needs .*, and the disk of .* has 4\.00 KiB free/
  );
  expect(existsSync(file)).toBe(false);
});

it.each([REGISTRY_FILE, `${REGISTRY_FILE}-wal`])('refuses %s of the registry itself', async (name) => {
  await expect(backupRegistry(data, join(data, '.', name), true)).rejects.toThrow('is a file of the registry itself');
});

it('refuses a folder, and a file in a folder that is not there', async () => {
  mkdirSync(file);
  await expect(backupRegistry(data, file, true)).rejects.toThrow('is there already');
  await expect(backupRegistry(data, join(folder, 'none', 'copy'))).rejects.toThrow(
    /^The backup cannot be written to .*none \(ENOENT.*name a file that this user can write\.$/
  );
});

it('removes what a backup left that was killed, and nothing of one that runs', async () => {
  const dead = join(folder, '.copy.sqlite.999999999-0a.partial');
  const running = join(folder, `.copy.sqlite.${process.ppid}-0b.partial`);
  [dead, running].forEach((path) => writeFileSync(path, ''));
  await backupRegistry(data, file);
  expect([existsSync(dead), existsSync(running)]).toEqual([false, true]);
});
