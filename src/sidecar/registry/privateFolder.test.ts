import fs, { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './database';
import { makeFolderPrivate } from './privateFolder';
import { openRegistry } from './registry';
import { openSecrets } from './secrets';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'flowscope-private-'));
  folder = join(parent, 'data');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(parent, { recursive: true, force: true });
});

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
/** Name and mode of the folder and of what lies in it. */
const modes = () => Object.fromEntries(['.', ...readdirSync(folder)].map((name) => [name, modeOf(join(folder, name))]));
/** A folder that was there before, with files, all open to everybody. */
function open(mode: number, ...names: string[]): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
  for (const name of names) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o666);
  }
}
const todo = () => `Set FLOWSCOPE_DATA_DIR to a folder of its own, or: chmod 700 ${folder}`;

describe('the registry', () => {
  it('is for its owner alone, with all that SQLite puts beside it', async () => {
    const registry = openRegistry(folder);
    await registry.setExporterLimit(7, { actor: 'x', now: 1 });
    expect(modes()).toEqual({
      '.': '700',
      'registry.sqlite': '600',
      'registry.sqlite-shm': '600',
      'registry.sqlite-wal': '600',
    });
    await registry.close();
  });

  it.each([0o755, 0o777, 0o2775])('is so too in a folder that was there before, open to others: %o', (mode) => {
    open(mode);
    const db = openDatabase(folder);
    expect(modes()).toMatchObject({ '.': '700', 'registry.sqlite': '600', 'registry.sqlite-wal': '600' });
    db.close();
  });

  it('of an older Flowscope is closed to others, also while another process has it open', async () => {
    const old = openRegistry(folder);
    await old.setExporterLimit(7, { actor: 'x', now: 1 });
    chmodSync(folder, 0o755);
    const files = readdirSync(folder);
    files.forEach((name) => chmodSync(join(folder, name), 0o644));
    const registry = openRegistry(folder);
    expect(await registry.exporterLimit()).toBe(7);
    expect(modes()).toEqual({ '.': '700', ...Object.fromEntries(files.map((name) => [name, '600'])) });
    await registry.close();
    await old.close();
  });
});

describe('a key', () => {
  it('closes the folder that it is made in', () => {
    open(0o755);
    openSecrets(folder, {});
    expect(modes()).toEqual({ '.': '700', 'secret.key': '600' });
  });
});

describe('the data directory', () => {
  it('is made for its owner alone', () => {
    folder = join(folder, 'below');
    expect(makeFolderPrivate(folder)).toEqual([]);
    expect([modeOf(folder), modeOf(join(folder, '..'))]).toEqual(['700', '700']);
  });

  it('is said to have been open when others could reach its files', () => {
    open(0o755, 'api-token', 'registry.sqlite', 'registry.sqlite-wal', 'registry.sqlite.bak', 'secret.key');
    expect(makeFolderPrivate(folder)).toEqual([
      `Other users could use api-token, registry.sqlite, registry.sqlite-wal, registry.sqlite.bak, secret.key in ${folder} ` +
        'until now. If one of them may have read api-token, delete it: a new one is made at the next start. If one of them ' +
        'may have read secret.key, give sources and accounts new access keys.',
    ]);
    expect(new Set(Object.values(modes()))).toEqual(new Set(['700', '600']));
    expect(makeFolderPrivate(folder)).toEqual([]);
  });

  it('is not said to have been open when they could not, or nothing was there', () => {
    open(0o700, 'registry.sqlite');
    expect(makeFolderPrivate(folder)).toEqual([]);
    expect(modes()).toEqual({ '.': '700', 'registry.sqlite': '600' });
    rmSync(folder, { recursive: true });
    open(0o755);
    expect(makeFolderPrivate(folder)).toEqual([]);
    expect(modeOf(folder)).toBe('700');
  });

  it('that others need, too, is left as it is, with a word; the files in it are closed', () => {
    open(0o755, 'notes.txt', 'registry.sqlite');
    expect(makeFolderPrivate(folder)).toEqual([
      `Other users may look into the data directory ${folder}, which is left as it is, because it holds other things too, ` +
        `such as notes.txt. ${todo()}`,
      `Other users could use registry.sqlite in ${folder} until now.`,
    ]);
    expect(modes()).toEqual({ '.': '755', 'notes.txt': '666', 'registry.sqlite': '600' });
  });

  it.each<[string, number, string[], string]>([
    ['is for all users', 0o1777, [], 'it is a folder for all users'],
    ['holds other things', 0o777, ['notes.txt'], 'it holds other things too, such as notes.txt'],
  ])('that everybody may write to is refused when it %s', (_case, mode, names, reason) => {
    open(mode, ...names);
    const sentence =
      `Every user may write in the data directory ${folder}, and so bring a token or a registry of their own. It is not ` +
      `closed to them, because ${reason}. ${todo()}`;
    expect(() => makeFolderPrivate(folder)).toThrow(sentence);
    expect(() => openRegistry(folder)).toThrow(sentence);
    expect(modes()).toEqual({ '.': mode.toString(8), ...Object.fromEntries(names.map((name) => [name, '666'])) });
  });

  it('of a new file system may have what is made with it', () => {
    open(0o755);
    mkdirSync(join(folder, 'lost+found'));
    expect(makeFolderPrivate(folder)).toEqual([]);
    expect(modeOf(folder)).toBe('700');
  });

  it('of another user cannot be closed: a word when others may look, a refusal when all may write', () => {
    open(0o750);
    jest.spyOn(fs, 'chmodSync').mockImplementation(() => {
      throw Object.assign(new Error('EPERM: operation not permitted, chmod'), { code: 'EPERM', syscall: 'chmod' });
    });
    expect(makeFolderPrivate(folder)).toEqual([
      `Other users may look into the data directory ${folder}, which is left as it is, because EPERM: operation not ` +
        `permitted, chmod. ${todo()}`,
    ]);
    jest.restoreAllMocks();
    chmodSync(folder, 0o757);
    jest.spyOn(fs, 'chmodSync').mockImplementation(() => {
      throw new Error('EPERM');
    });
    expect(() => makeFolderPrivate(folder)).toThrow('Every user may write in the data directory');
  });

  it('whose file system keeps no permissions is called that, and used', () => {
    open(0o777, 'registry.sqlite');
    jest.spyOn(fs, 'chmodSync').mockImplementation(() => undefined);
    expect(makeFolderPrivate(folder)).toEqual([
      `Other users may use ${join(folder, 'registry.sqlite')}, and it cannot be closed (its file system keeps no permissions).`,
      expect.stringContaining('which is left as it is, because its file system keeps no permissions.'),
    ]);
  });
});
