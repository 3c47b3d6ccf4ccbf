import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '../../rollup/windows';
import { LineSpool } from './spool';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowscope-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(spool: LineSpool): Record<Policy, string[]> {
  const all: Record<Policy, string[]> = { minute: [], hour: [] };
  for (const { policy, lines } of spool.blocks()) {
    all[policy].push(Buffer.from(lines).toString());
  }
  return all;
}

const add = (spool: LineSpool, policy: Policy, text: string) => spool.add(policy, Buffer.from(text));

/** A block of a megabyte or so, with all that line protocol may hold. */
const blockFrom = (first: number) =>
  Array.from({ length: 1000 }, (_, i) => `m,pair=a\\ →\\ b,c=\\"${first + i} v=1i ${'x'.repeat(1000)}\n`).join('');

describe('LineSpool', () => {
  it('gives back what it was given, by policy and in order, as often as asked', () => {
    const spool = new LineSpool(folder);
    add(spool, 'minute', 'a\nb\n');
    add(spool, 'hour', 'c\n');
    add(spool, 'minute', 'd\n');
    expect(read(spool)).toEqual({ minute: ['a\nb\n', 'd\n'], hour: ['c\n'] });
    expect(read(spool)).toEqual({ minute: ['a\nb\n', 'd\n'], hour: ['c\n'] });
    expect(readdirSync(folder)).toEqual([]);
    spool.dispose();
  });

  it('gives nothing of nothing', () => {
    expect(read(new LineSpool(folder))).toEqual({ minute: [], hour: [] });
  });

  it('does the same beyond what memory may hold, in a file that nobody finds, whatever ends the process', () => {
    const spool = new LineSpool(folder);
    const expected: Record<Policy, string[]> = { minute: [], hour: [] };
    for (let block = 0; block < 50; block++) {
      const policy = block % 3 === 0 ? 'hour' : 'minute';
      expected[policy].push(blockFrom(block * 1000));
      add(spool, policy, expected[policy].at(-1)!);
    }
    add(spool, 'minute', 'the last one\n');
    expected.minute.push('the last one\n');
    expect(readdirSync(folder)).toEqual([]);
    for (const found of [read(spool), read(spool)]) {
      expect(found.minute.map((text, i) => text === expected.minute[i])).not.toContain(false);
      expect(found.hour.map((text, i) => text === expected.hour[i])).not.toContain(false);
      expect([found.minute.length, found.hour.length]).toEqual([expected.minute.length, expected.hour.length]);
    }
    spool.dispose();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is disposed of twice without harm', () => {
    const spool = new LineSpool(folder);
    Array.from({ length: 20 }, (_, i) => add(spool, 'minute', blockFrom(i)));
    spool.dispose();
    spool.dispose();
    expect(readdirSync(folder)).toEqual([]);
  });
});
