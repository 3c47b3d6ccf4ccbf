import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '../rollup/windows';
import { LineSpool } from './spool';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowscope-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(spool: LineSpool): Promise<Record<Policy, string[]>> {
  const all: Record<Policy, string[]> = { minute: [], hour: [] };
  for await (const { policy, lines } of spool.batches()) {
    expect(lines.length).toBeGreaterThan(0);
    all[policy].push(...lines);
  }
  return all;
}

/** Lines of about a kilobyte with all that line protocol may hold. */
const linesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => `m,pair=a\\ →\\ b,c=\\"${first + i} v=1i ${'x'.repeat(1000)}`);

describe('LineSpool', () => {
  it('gives back what it was given, by policy and in order, as often as asked', async () => {
    const spool = new LineSpool(folder);
    spool.add('minute', ['a', 'b']);
    spool.add('hour', ['c']);
    spool.add('minute', ['d']);
    expect(await read(spool)).toEqual({ minute: ['a', 'b', 'd'], hour: ['c'] });
    expect(await read(spool)).toEqual({ minute: ['a', 'b', 'd'], hour: ['c'] });
    expect(readdirSync(folder)).toEqual([]);
    spool.dispose();
  });

  it('gives nothing of nothing', async () => {
    const spool = new LineSpool(folder);
    spool.add('hour', []);
    expect(await read(spool)).toEqual({ minute: [], hour: [] });
    spool.dispose();
  });

  it('does the same beyond what memory may hold, and leaves no file behind', async () => {
    const spool = new LineSpool(folder);
    const expected: Record<Policy, string[]> = { minute: [], hour: [] };
    const add = (policy: Policy, lines: string[]) => {
      spool.add(policy, lines);
      expected[policy].push(...lines);
    };
    for (let part = 0; part < 10; part++) {
      add('minute', linesFrom(part * 10_000, 5000));
      add('hour', part % 3 === 0 ? linesFrom(part, 3) : []);
    }
    add('minute', ['the last one']);
    expect(readdirSync(folder)).toHaveLength(1);
    const found = await read(spool);
    expect(found.minute.length).toBe(expected.minute.length);
    expect(found.minute.every((line, i) => line === expected.minute[i])).toBe(true);
    expect(found.hour).toEqual(expected.hour);
    spool.dispose();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is disposed of twice without harm', () => {
    const spool = new LineSpool(folder);
    spool.add('minute', linesFrom(0, 20_000));
    spool.dispose();
    spool.dispose();
    expect(readdirSync(folder)).toEqual([]);
  });
});
