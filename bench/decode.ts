import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureFlowlogsReader } from '../scripts/services';
import { COLUMNS, flowLog, writeGzip } from './dataset';
import type { Figure, Report } from './report';
import { flowscope, pinned, program, run, say, secondsInTurn, type Bench, type Contestant } from './tools';

const RECORDS = 1_000_000;
/** It takes ten times as long as the others. */
const READER_ROUNDS = 3;

const ZCAT = 'zcat > /dev/null';
const DUCKDB = 'DuckDB, one thread';
const FLOWSCOPE = 'Flowscope, one decoding thread';
const READER = 'flowlogs_reader';
const ONE_CPU = ', one CPU';

/** One object from gzip to encoded line protocol of all measurements, start of the process included. */
export async function decode({ folder, rounds }: Bench): Promise<Report> {
  say(`decode: writing ${RECORDS} records`);
  const file = await writeGzip(join(folder, 'decode.log.gz'), flowLog({ records: RECORDS }));
  const duckdb = { command: process.execPath, args: [await program('duckdb'), '1', file] };
  const flowscopeRun = flowscope(['import', file, '--dry-run', '--json'], {
    FLOWSCOPE_DATA_DIR: join(folder, 'no-registry'),
    FLOWSCOPE_THREADS: '1',
  });
  const reader = await ensureFlowlogsReader();
  const contestants: Array<readonly [string, Contestant]> = [
    [ZCAT, { command: 'sh', args: ['-c', 'zcat < "$0" > /dev/null', file] }],
    [DUCKDB, duckdb],
    [FLOWSCOPE, flowscopeRun],
    [READER, { command: reader, args: [resolve('bench/programs/flowlogsReader.py'), file], maxRounds: READER_ROUNDS }],
  ];
  mustAgree((await run(duckdb)).stdout, (await run(flowscopeRun)).stdout);
  const onOneCpu = contestants.flatMap(([name, contestant]) => {
    const held = pinned(contestant);
    return held ? [[name + ONE_CPU, held] as const] : [];
  });
  const seconds = await secondsInTurn(new Map([...contestants, ...onOneCpu]), rounds);

  const figures = (name: string): Figure[] => {
    const own = seconds.get(name)!;
    const place = name.endsWith(ONE_CPU) ? ONE_CPU : '';
    const ratio = (to: string, budget: number): Figure => ({
      value: own / seconds.get(to + place)!,
      unit: '×',
      ...(name === FLOWSCOPE + place && { atMost: budget }),
    });
    return [{ value: own, unit: 's' }, ratio(ZCAT, 1), ratio(DUCKDB, 0.5)];
  };
  return {
    name: 'decode',
    title:
      `${RECORDS.toLocaleString('en')} records, ${COLUMNS.length} fields, ${(statSync(file).size / 1e6).toFixed(1)} MB ` +
      `of gzip, to line protocol of all measurements; medians of ${rounds} runs in turn`,
    columns: ['time', '× zcat', '× DuckDB'],
    rows: [...seconds.keys()].map((name) => ({ name, figures: figures(name) })),
    notes: [
      'whole processes, their start included; one CPU: held there with taskset, else inflating may use another than decoding',
      'DuckDB sums per minute, interface, action and key; no top K, no output, no proof that the file is whole',
      `flowlogs_reader turns lines into records and adds up bytes and packets, no more; ${Math.min(rounds, READER_ROUNDS)} runs`,
    ],
  };
}

/** Throws unless DuckDB and Flowscope have the same sums in every measurement: else they would not do the same work. */
function mustAgree(duckdb: string, flowscopeJson: string): void {
  const { measurements } = JSON.parse(flowscopeJson) as { measurements: Record<string, Record<string, string>> };
  for (const line of duckdb.trim().split('\n')) {
    const [name, , bytes, packets, flows] = line.split(' ');
    const own = measurements[name];
    if (own?.bytes !== bytes || own.packets !== packets || own.flows !== flows) {
      throw new Error(
        `${name}: DuckDB has ${bytes} bytes, ${packets} packets, ${flows} flows, Flowscope ${JSON.stringify(own)}`
      );
    }
  }
}
