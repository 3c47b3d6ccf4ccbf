import fs from 'node:fs';
import promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { collectorForTests, objectWith } from '../testing/collector';
import { influxForTests } from '../testing/influx';
import { parquetFile } from '../testing/parquetFile';
import { registryForTests } from '../testing/registry';
import { collectObject } from './object/pipeline';
import { LineSpool } from './object/spool';

const database = influxForTests();
const registry = registryForTests();
const NOW = Math.floor(Date.now() / 1000);
const { openSync } = fs;
const { open } = promises;
afterEach(() => jest.restoreAllMocks());

/** As much as may wait in memory: what comes next waits in files. */
const AS_MUCH_AS_MAY = 16 * 1024 * 1024;

const COLUMNS = 'interface-id vpc-id bytes packets start action log-status'.split(' ');
const RECORD = `eni-1 vpc-1 10 1 ${NOW - 60} ACCEPT OK`.split(' ');
const TEXT = `${COLUMNS.join(' ')}\n${RECORD.join(' ')}\n`;

describe('a full disk for temporary files', () => {
  const refused = {
    state: 'refused',
    reason: 'temporary-files',
    message:
      `Temporary files cannot be kept in ${tmpdir()} (ENOSPC: no space left on device, write): its disk is full; free some ` +
      'space there, or set TMPDIR to another folder. The object stays where it is and is tried again.',
  };

  it('refuses an object whose points find no room, and takes it once there is some', async () => {
    const deps = collectorForTests(registry(), await database(), () => NOW);
    const object = objectWith(gzipSync(TEXT), '1.log.gz');
    const others = new LineSpool();
    others.add('minute', Buffer.alloc(AS_MUCH_AS_MAY));
    try {
      jest.spyOn(fs, 'openSync').mockImplementation(() => openSync('/dev/full', 'r+'));
      expect(await collectObject(object, deps)).toEqual(refused);
      jest.restoreAllMocks();
      expect(await collectObject(object, deps)).toMatchObject({ state: 'stored' });
    } finally {
      others.dispose();
    }
  });

  it('refuses a Parquet object, which is not damaged, and takes it once there is room', async () => {
    const deps = collectorForTests(registry(), await database(), () => NOW);
    const object = objectWith(parquetFile(COLUMNS, [RECORD]), '1.log.parquet');
    jest.spyOn(promises, 'open').mockImplementation(() => open('/dev/full', 'r+'));
    expect(await collectObject(object, deps)).toEqual(refused);
    expect(await registry().listQuarantine()).toEqual([]);
    jest.restoreAllMocks();
    expect(await collectObject(object, deps)).toMatchObject({ state: 'stored' });
  });
});

describe('a file system that reads and writes less at a time than was asked for', () => {
  /** What one call reads or writes at most. */
  const AT_MOST = 7;

  it('changes nothing about a Parquet object', async () => {
    const client = await database();
    const deps = collectorForTests(registry(), client, () => NOW);
    jest.spyOn(promises, 'open').mockImplementation(async (...args) => {
      const file = await open(...args);
      const read = file.read.bind(file) as (bytes: Uint8Array, offset: number, length: number, at: number) => unknown;
      const readLess = (bytes: Uint8Array, offset: number, length: number, at: number) =>
        read(bytes, offset, Math.min(length, AT_MOST), at);
      return Object.assign(file, { read: readLess });
    });
    const object = objectWith(parquetFile(COLUMNS, [RECORD]), '1.log.parquet');
    expect(await collectObject(object, deps)).toMatchObject({ state: 'stored', summary: { ok: 1 } });
  });

  it('changes nothing about lines that wait in a file', () => {
    const { readSync, writeSync } = fs;
    type Call = (file: number, bytes: Uint8Array, offset: number, length?: number, at?: number) => number;
    const read: Call = (file, bytes, offset, length, at) =>
      readSync(file, bytes, offset, Math.min(length!, AT_MOST), at!);
    const write: Call = (file, bytes, offset) =>
      writeSync(file, bytes, offset, Math.min(bytes.length - offset, AT_MOST));
    jest.spyOn(fs, 'readSync').mockImplementation(read as typeof readSync);
    jest.spyOn(fs, 'writeSync').mockImplementation(write as typeof writeSync);
    const others = new LineSpool();
    others.add('minute', Buffer.alloc(AS_MUCH_AS_MAY - 1000));
    const spool = new LineSpool();
    try {
      const lines = Buffer.from(`m v=1i ${NOW}\n`.repeat(100));
      spool.add('minute', lines);
      expect([...spool.blocks()].map((block) => Buffer.from(block.lines))).toEqual([lines]);
      expect(fs.writeSync).toHaveBeenCalledWith(expect.anything(), lines, 7);
    } finally {
      spool.dispose();
      others.dispose();
    }
  });
});
