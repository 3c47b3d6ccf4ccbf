/**
 * `npm run fuzz`: throws bytes of every kind at the decoders: noise, flow logs of any header with odd lines, gzip and
 * Parquet with flipped, missing and doubled bytes. None may crash them, hang them or make their memory grow, and the sums of
 * what is collected must be exact. Stops at the first input that breaks this, keeps its bytes and says how to run it again.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inputAt } from './fuzz/inputs';
import { Supervised } from './fuzz/supervised';
import type { Memory } from './fuzz/worker';

const WORKER = ['--expose-gc', '--import', 'tsx', join(__dirname, 'fuzz/worker.ts')];
/** How long an input may take: enough for the slowest one on a busy machine; most take a millisecond. */
const PATIENCE_MS = 10_000;
const MINUTE_MS = 60_000;
/** What may have come to be kept since the first minute, and how much more of the machine the process may have by then. */
const MAX_GROWTH: Memory = { live: 32 << 20, rss: 100 << 20 };

interface Reply {
  readonly outcome?: string;
  readonly kind?: string;
  readonly failure?: string;
  readonly memory?: Memory;
}

const HELP = `npm run fuzz [-- --minutes N --seed N --cases N --from N]

Throws damaged and made-up flow logs at the decoders, which may neither crash, hang nor grow. Stops at the first that does.

  --minutes N  how long it runs (default: 10)
  --cases N    run N cases instead
  --from N     begin with that case (default: 0)
  --seed N     the same seed gives the same cases (default: another one each time)
  --help       print this`;

function numberOf(name: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new Error(`--${name} ${text}: it must be a number.`);
  }
  return Number(text);
}

const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);

function keep(seed: number, number: number, failure: string): void {
  const { kind, bytes } = inputAt(seed, number);
  const file = join(mkdtempSync(join(tmpdir(), 'flowscope-fuzz-')), `${seed}-${number}.bin`);
  writeFileSync(file, bytes);
  console.error(`Case ${number} of seed ${seed} (${kind}, ${bytes.length} bytes, kept in ${file}): ${failure}`);
  console.error(`Again: npm run fuzz -- --seed ${seed} --from ${number} --cases 1`);
}

/** Runs cases until the time is over or all are done; false when one failed. Throws when the command line is wrong. */
async function fuzz(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      cases: { type: 'string' },
      from: { type: 'string', default: '0' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return true;
  }
  const seed = numberOf('seed', values.seed);
  const from = numberOf('from', values.from);
  const end = values.cases === undefined ? Infinity : from + numberOf('cases', values.cases);
  const lasts = values.cases === undefined ? numberOf('minutes', values.minutes) * MINUTE_MS : Infinity;
  const worker = new Supervised(WORKER, PATIENCE_MS);
  const counts = new Map<string, number>();
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  let first: Memory | undefined;
  let minutes = 0;
  let number = from;
  console.log(`Seed ${seed}`);
  try {
    for (; number < end && elapsed() < lasts; number++) {
      const { failure, kind, outcome } = (await worker.ask({ seed, number })) as Reply;
      if (failure !== undefined) {
        keep(seed, number, failure);
        return false;
      }
      const what = `${kind}: ${outcome}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
      if (elapsed() > (minutes + 1) * MINUTE_MS) {
        minutes++;
        const { live, rss } = ((await worker.ask('memory')) as Reply).memory!;
        first ??= { live, rss };
        console.log(
          `Minute ${minutes}: ${number + 1 - from} cases, ${megabytes(live)} MB live, ${megabytes(rss)} MB RSS`
        );
        if (live - first.live > MAX_GROWTH.live || rss - first.rss > MAX_GROWTH.rss) {
          console.error(
            `In the first minute it was ${megabytes(first.live)} MB live, ${megabytes(first.rss)} MB RSS: it grows.`
          );
          return false;
        }
      }
    }
  } catch (error) {
    keep(seed, number, String(error));
    return false;
  } finally {
    worker.stop();
  }
  const seconds = elapsed() / 1000;
  [...counts].sort().forEach(([what, count]) => console.log(`${what} ${count}`));
  console.log(
    `${number - from} cases in ${seconds.toFixed(1)} s, ${Math.round((number - from) / seconds)} cases/s: none failed`
  );
  return true;
}

fuzz().then(
  (isGood) => (process.exitCode = isGood ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
);
