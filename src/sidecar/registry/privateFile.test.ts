import fs, {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOrCreatePrivateFile } from './privateFile';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flowscope-own-'))));
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const path = () => join(folder, 'x');
const isRoot = process.geteuid?.() === 0;

/** An error of the system. */
const failure = (code: string, call: string) =>
  Object.assign(new Error(`${code}: said the test, ${call}`), { code, syscall: call });

describe('a file of the data directory', () => {
  it('is made at its first use, for its owner alone, and read from then on', () => {
    expect(readOrCreatePrivateFile(folder, 'x', () => 'one')).toBe('one');
    expect(readOrCreatePrivateFile(folder, 'x', () => 'two')).toBe('one');
    expect(readFileSync(path(), 'utf8')).toBe('one\n');
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it.each(['writeFileSync', 'fsyncSync'] as const)('is not there at all when the disk is full at %s', (call) => {
    const original = fs[call] as (...args: unknown[]) => unknown;
    jest.spyOn(fs, call).mockImplementationOnce((...args: unknown[]) => {
      if (call === 'writeFileSync') {
        // Some of it fits.
        original(args[0], String(args[1]).slice(0, 2), ...args.slice(2));
      }
      throw failure('ENOSPC', 'write');
    });
    expect(() => readOrCreatePrivateFile(folder, 'x', () => 'one')).toThrow('ENOSPC');
    expect(readdirSync(folder)).toEqual([]);
    expect(readOrCreatePrivateFile(folder, 'x', () => 'two')).toBe('two');
  });

  it('has no name before all of it is on the disk', () => {
    const seen: unknown[] = [];
    for (const call of ['writeFileSync', 'fsyncSync'] as const) {
      const original = fs[call] as (...args: unknown[]) => unknown;
      jest.spyOn(fs, call).mockImplementation((...args: unknown[]) => {
        original(...args);
        seen.push([call, existsSync(path())]);
      });
    }
    readOrCreatePrivateFile(folder, 'x', () => 'one');
    // The last is the folder's.
    expect(seen).toEqual([
      ['writeFileSync', false],
      ['fsyncSync', false],
      ['fsyncSync', true],
    ]);
  });

  it('is the same for all that make it at once', () => {
    let faster = '';
    const slower = readOrCreatePrivateFile(folder, 'x', () => {
      faster = readOrCreatePrivateFile(folder, 'x', () => 'of the faster one');
      return 'of the slower one';
    });
    expect([faster, slower]).toEqual(['of the faster one', 'of the faster one']);
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('is the same also for one whose half-made file was tidied up meanwhile', () => {
    const link = linkSync;
    jest.spyOn(fs, 'linkSync').mockImplementationOnce((from, to) => {
      expect(readOrCreatePrivateFile(folder, 'x', () => 'of the faster one')).toBe('of the faster one');
      link(from, to);
    });
    expect(readOrCreatePrivateFile(folder, 'x', () => 'of the slower one')).toBe('of the faster one');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('is made also where there are no hard links', () => {
    jest.spyOn(fs, 'linkSync').mockImplementation(() => {
      throw failure('EPERM', 'link');
    });
    expect(readOrCreatePrivateFile(folder, 'x', () => 'one')).toBe('one');
    expect([readdirSync(folder), statSync(path()).mode & 0o777]).toEqual([['x'], 0o600]);
  });

  it('is not taken for what a process left that was killed while it wrote', () => {
    writeFileSync(join(folder, '.x.0123456789ab.new'), 'ha');
    expect(readOrCreatePrivateFile(folder, 'x', () => 'one')).toBe('one');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it.each(['', '\n', 'half'])('is never written again, whatever it holds: %j', (text) => {
    writeFileSync(path(), text);
    expect(readOrCreatePrivateFile(folder, 'x', () => 'new')).toBe(text.trim());
    expect(readFileSync(path(), 'utf8')).toBe(text);
  });

  it('that others could read is closed to them', () => {
    writeFileSync(path(), 'text\n', { mode: 0o644 });
    chmodSync(path(), 0o666);
    expect(readOrCreatePrivateFile(folder, 'x', () => 'other')).toBe('text');
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('that is a folder, a device or much too large is called that', () => {
    const sentence = `${path()} must be a file with one line, and is something else: move it away.`;
    mkdirSync(path());
    expect(() => readOrCreatePrivateFile(folder, 'x', () => 'one')).toThrow(sentence);
    rmSync(path(), { recursive: true });
    symlinkSync('/dev/zero', path());
    expect(() => readOrCreatePrivateFile(folder, 'x', () => 'one')).toThrow(sentence);
    rmSync(path());
    writeFileSync(path(), 'x'.repeat(5000));
    expect(() => readOrCreatePrivateFile(folder, 'x', () => 'one')).toThrow(sentence);
  });

  (isRoot ? it : it.skip)('of another user is refused: who put it there knows it', () => {
    writeFileSync(path(), 'planted\n', { mode: 0o600 });
    chownSync(path(), 12_345, 12_345);
    expect(() => readOrCreatePrivateFile(folder, 'x', () => 'one')).toThrow(
      `${path()} belongs to another user (id 12345)`
    );
    chownSync(folder, 12_345, 12_345);
    expect(readOrCreatePrivateFile(folder, 'x', () => 'one')).toBe('planted');
  });
});
