import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowLog, writeGzip } from './dataset';
import type { Figure, Report } from './report';
import { flowscope, pinned, program, say, secondsInTurn, type Bench, type Contestant } from './tools';

const FILES = 4;
/**
 * Of each file. The start, with V8's optimizing of each thread's code, takes 0.9 s of one CPU: with four copies a seventh of
 * all, which would be measured instead of decoding; with twelve a twentieth.
 */
const COPIES = 12;
/** DuckDB runs less often: it takes twice as long. */
const DUCKDB_ROUNDS = 3;
const RECORDS = 500_000;

const BASE = 'Flowscope, one decoding thread, one CPU';
const TWO = 'Flowscope, two decoding threads';
const DUCKDB_BASE = 'DuckDB, one thread';

/** Several objects at once: what a second decoding thread brings. */
export async function parallel({ folder, rounds }: Bench): Promise<Report> {
  say(`parallel: writing ${FILES} × ${RECORDS} records`);
  const files: string[] = [];
  for (let i = 0; i < FILES; i++) {
    const file = await writeGzip(join(folder, `parallel-${i}.log.gz`), flowLog({ records: RECORDS, seed: 100 + i }));
    for (let copy = 0; copy < COPIES; copy++) {
      const name = join(folder, `parallel-${i}-${copy}.log.gz`);
      copyFileSync(file, name);
      files.push(name);
    }
  }
  const duckdb = await program('duckdb');
  const flowscopeWith = (threads: number) =>
    flowscope(['import', ...files, '--dry-run'], {
      FLOWSCOPE_DATA_DIR: join(folder, 'no-registry'),
      FLOWSCOPE_THREADS: String(threads),
    });
  const held = pinned(flowscopeWith(1));
  const duckdbWith = (threads: number): Contestant => ({
    command: process.execPath,
    args: [duckdb, String(threads), ...files],
    maxRounds: DUCKDB_ROUNDS,
  });
  const contestants = new Map<string, Contestant>([
    ...(held ? [[BASE, held] as const] : []),
    ['Flowscope, one decoding thread', flowscopeWith(1)],
    [TWO, flowscopeWith(2)],
    [DUCKDB_BASE, duckdbWith(1)],
    ['DuckDB, two threads', duckdbWith(2)],
  ]);
  const seconds = await secondsInTurn(contestants, rounds);

  const base = held ? BASE : 'Flowscope, one decoding thread';
  const figures = (name: string): Figure[] => {
    const own = seconds.get(name)!;
    const speedUp = seconds.get(name.startsWith('DuckDB') ? DUCKDB_BASE : base)! / own;
    return [
      { value: own, unit: 's' },
      { value: speedUp, unit: '×', ...(name === TWO && { atLeast: 1.7 }) },
    ];
  };
  return {
    name: 'parallel',
    title: `${FILES * COPIES} objects of ${RECORDS.toLocaleString('en')} records; medians of ${rounds} runs in turn, of DuckDB ${Math.min(rounds, DUCKDB_ROUNDS)}`,
    columns: ['time', 'speed-up'],
    rows: [...contestants.keys()].map((name) => ({ name, figures: figures(name) })),
    notes: [
      `speed-up of Flowscope: against ${base.replace('Flowscope, ', '')}; of DuckDB: against its own one thread`,
      'the start of the process and of its threads is included, and each thread optimizes its code for itself',
      'one decoding thread that may use both CPUs inflates on one of them and decodes on the other',
    ],
  };
}
