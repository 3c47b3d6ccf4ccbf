import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { redactor } from '../util/redact';
import { LogTail, readLogTail } from './logTail';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flowscope-log-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => {
  const tail = new LogTail(folder, redactor(['s3cret!']));
  return { tail, log: pino({ base: undefined, level: 'debug' }, tail) };
};
const messages = (lines: ReadonlyArray<{ message: string }>) => lines.map(({ message }) => message);

it('has the newest lines of a level first, page by page', () => {
  const { tail, log } = open();
  log.info('a');
  log.warn({ source: 'prod', took: 3 }, 'b');
  log.debug('c');
  log.error('d');
  expect(messages(tail.read('debug', 10).items)).toEqual(['d', 'c', 'b', 'a']);
  const page = tail.read('warn', 1);
  expect([messages(page.items), page.total]).toEqual([['d'], 2]);
  expect(tail.read('warn', 5, page.items[0].id)).toEqual({
    items: [expect.objectContaining({ level: 'warn', message: 'b', details: '{"source":"prod","took":3}' })],
    total: 2,
  });
});

it('never has a secret, in memory or on the disk', () => {
  const { tail, log } = open();
  log.error({ url: 'http://me:pass@host/', token: 's3cret!' }, 'with s3cret! in it');
  const all = JSON.stringify([tail.read('trace', 10), readLogTail(folder)]);
  expect(all).not.toMatch(/s3cret|pass/);
  expect(all.match(/with \*\*\* in it/g)).toHaveLength(2);
});

it('outlasts the process from level info on, for its owner alone', () => {
  const first = open();
  first.log.debug('an object');
  first.log.info('started');
  // Killed in the middle of a line.
  appendFileSync(join(folder, 'log.ndjson'), '\n{"id":9,"at"');
  expect(statSync(join(folder, 'log.ndjson')).mode & 0o777).toBe(0o600);
  const { tail, log } = open();
  log.warn('started again');
  expect(messages(tail.read('trace', 10).items)).toEqual(['started again', 'started']);
});

it('keeps a bounded number of lines and bytes', () => {
  const { tail, log } = open();
  const long = 'x'.repeat(10_000);
  for (let n = 0; n < 2500; n++) {
    log.info(`${n} ${long}`);
  }
  expect(tail.read('info', 5000).items).toHaveLength(2000);
  expect(tail.read('info', 1).items[0].message).toMatch(/^2499 x{3900,4000}$/);
  const bytes = ['log.ndjson', 'log.1.ndjson'].map((name) => statSync(join(folder, name)).size);
  expect(Math.max(...bytes)).toBeLessThan(600 * 1024);
});

it('goes on without the data directory', () => {
  const { tail, log } = open();
  rmSync(folder, { recursive: true });
  log.error('the disk is gone');
  expect(messages(tail.read('info', 1).items)).toEqual(['the disk is gone']);
  folder = mkdtempSync(join(tmpdir(), 'flowscope-log-'));
});
