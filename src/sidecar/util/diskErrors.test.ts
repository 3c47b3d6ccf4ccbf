import { diskAdvice, TemporaryFilesFailed, temporaryFilesFailed } from './diskErrors';
import { toDataDirectoryError } from '../registry/dataDirectoryError';

/** An error as Node throws it for a system call. */
const systemError = (code: string) => Object.assign(new Error(`${code}: so it is, write`), { code, syscall: 'write' });
const sqliteError = (errcode: number) =>
  Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('an error of the disk', () => {
  it.each([
    ['ENOSPC', /its disk is full; free some space there/],
    ['EDQUOT', /quota there is used up/],
    ['EFBIG', /ulimit -f/],
    ['EROFS', /let this user write there \(it is mounted read-only\)/],
    ['EIO', /its disk fails; check it/],
    ['EMFILE', /as many files open as it may; raise that limit \(ulimit -n\)/],
    ['ENFILE', /fs\.file-max/],
    ['EACCES', /let this user read and write there/],
  ])('%s is called what it is, with what to do', (code, advice) => {
    const inData = toDataDirectoryError('/data', systemError(code)) as Error;
    expect(inData.message).toMatch(advice);
    expect(inData.message).toMatch(
      /^The data directory \/data cannot be used \(E\w+: so it is, write\): .*FLOWSCOPE_DATA_DIR/
    );
    const temporary = temporaryFilesFailed('/tmp/x', systemError(code)) as Error;
    expect(temporary).toBeInstanceOf(TemporaryFilesFailed);
    expect(temporary.message).toMatch(advice);
    expect(temporary.message).toMatch(
      /^Temporary files cannot be kept in \/tmp\/x \(E\w+: so it is, write\): .*TMPDIR/
    );
  });

  it.each([
    [13, /its disk is full/],
    [10, /its disk fails/],
    // IOERR_WRITE: the lowest byte is IOERR.
    [778, /its disk fails/],
    [14, /let this user read and write there/],
    [8, /let this user read and write there/],
  ])('SQLite calls %d', (errcode, advice) => {
    expect((toDataDirectoryError('/', sqliteError(errcode)) as Error).message).toMatch(advice);
  });

  it('is not what any other error is', () => {
    for (const error of [new Error('no'), new TypeError('x'), sqliteError(19), sqliteError(5)]) {
      expect(toDataDirectoryError('/', error)).toBe(error);
      expect(temporaryFilesFailed('/tmp', error)).toBe(error);
      expect(diskAdvice(error)).toBeUndefined();
    }
  });
});
