import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Decoder } from '../../collect/decode/decoder';
import { inlineDecoder } from '../../testing/inlineDecoder';
import { importFiles } from './importFiles';

const COLUMNS = 'account-id interface-id bytes packets start action log-status';

let folder: string;
let output: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowscope-import-'));
  output = '';
  jest.replaceProperty(process, 'env', { ...process.env, FLOWSCOPE_DATA_DIR: join(folder, 'none') });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function put(name: string, records: number): string {
  const path = join(folder, name);
  const start = Math.floor(Date.now() / 1000);
  writeFileSync(path, gzipSync(`${COLUMNS}\n${`1 eni-1 ${records} 1 ${start} ACCEPT OK\n`.repeat(records)}`));
  return path;
}

/** Decodes, once something has happened after all files were found and before any is read. */
const after = (happens: () => void): Decoder => ({
  ...inlineDecoder,
  decode: (body, job, lines) => {
    happens();
    return inlineDecoder.decode(body, job, lines);
  },
});

it.each<[string, (path: string) => void, string]>([
  ['is gone', (path) => rmSync(path, { force: true }), 'It cannot be read (ENOENT: no such file or directory, open '],
  ['grew', (path) => writeFileSync(path, 'x', { flag: 'a' }), 'It changed while it was read: import it again.'],
])('a file that %s when it is read is refused, and the others are imported', async (_what, happens, message) => {
  put('a.log.gz', 2);
  const bad = put('b.log.gz', 3);
  const decoder = after(() => happens(bad));
  await expect(importFiles([folder], decoder, { dryRun: true, json: true })).rejects.toThrow(
    `1 of 2 files refused, ${bad}: ${message}`
  );
  const counts = { objects: 2, collected: 1, ok: 2, notCollected: 1, reasons: { 'not-read': 1 } };
  expect(JSON.parse(output)).toMatchObject(counts);
});

it('refuses a folder that cannot be looked through, and follows links to files', async () => {
  const path = put('a.log.gz', 2);
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  symlinkSync(closed, join(folder, 'folder.gz'));
  symlinkSync(path, join(folder, 'link.gz'));
  const { readdir } = fs;
  jest
    .spyOn(fs, 'readdir')
    .mockImplementation(((at: string, options: never) =>
      at === closed ? Promise.reject(new Error('EACCES')) : readdir(at, options)) as never);
  await expect(importFiles([folder], inlineDecoder, { dryRun: true, json: true })).rejects.toThrow(
    `1 of 3 files refused, ${closed}: It cannot be read (`
  );
  expect(JSON.parse(output)).toMatchObject({ collected: 1, duplicates: 1, reasons: { 'not-read': 1 } });
});

it('says why what was named cannot be looked at, and does not call it missing', async () => {
  const loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  const imported = (path: string) => importFiles([path], inlineDecoder, { dryRun: true });
  await expect(imported(loop)).rejects.toThrow(`What is at ${loop} cannot be looked at (ELOOP: `);
  await expect(imported(join(folder, 'x'))).rejects.toThrow(`There is no file or folder ${join(folder, 'x')}.`);
});
