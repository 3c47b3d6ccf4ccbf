import { gzipSync } from 'node:zlib';
import { mix, Random } from '../../src/sidecar/generate/random';
import { parquetFile } from '../../src/sidecar/testing/parquetFile';
import { damage, noise, pick } from './damage';
import { flowLog, textOf } from './flowLogs';

/** One input: the bytes of an object, and whether they are whole, in which case they must not be called corrupt. */
export interface Input {
  readonly kind: string;
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

const MAGIC = [Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from('PAR1')];
/** The codecs that flow logs may come in as Parquet. */
const CODECS = ['SNAPPY', 'GZIP', 'ZSTD', 'UNCOMPRESSED'] as const;
/** Now and then one gzip member unpacks to megabytes. */
const BOMB = Buffer.alloc(8 << 20, ' ');

/** Gzip as AWS and others write it: one to three members, any level. */
function gzip(text: Buffer, random: Random): Buffer {
  const cuts = Array.from({ length: random.below(3) }, () => random.below(text.length + 1)).sort((a, b) => a - b);
  const ends = [...cuts, text.length];
  return Buffer.concat(
    ends.map((end, i) => gzipSync(text.subarray(cuts[i - 1] ?? 0, end), { level: pick(random, [0, 1, 6, 9]) }))
  );
}

function text(random: Random): Buffer {
  const plain = textOf(flowLog(random), random);
  return random.next() < 0.002 ? Buffer.concat([plain, BOMB, plain]) : plain;
}

function parquet(random: Random): Buffer {
  const { columns, rows } = flowLog(random);
  // A file without columns cannot be written.
  const named = columns.length > 0 ? columns : ['start'];
  return parquetFile(named, rows, {
    codec: pick(random, CODECS),
    ...(random.next() < 0.5 && { rowGroupSize: 1 + random.below(20) }),
  });
}

/** What is fuzzed, by name: how often, and how an input is made. */
const KINDS: ReadonlyArray<
  readonly [kind: string, weight: number, make: (random: Random) => Buffer, isWhole: boolean]
> = [
  [
    'noise',
    1,
    (random) => Buffer.concat([pick(random, [...MAGIC, MAGIC[0].subarray(0, 0)]), noise(random, random.below(600))]),
    false,
  ],
  ['noise in gzip', 1, (random) => gzip(noise(random, random.below(4000)), random), true],
  ['text', 6, (random) => gzip(text(random), random), true],
  ['damaged text', 2, (random) => gzip(damage(text(random), random), random), true],
  ['damaged gzip', 5, (random) => damage(gzip(text(random), random), random), false],
  ['parquet', 2, parquet, true],
  ['damaged parquet', 5, (random) => damage(parquet(random), random), false],
];
const WHEEL = KINDS.flatMap((kind) => Array.from({ length: kind[1] }, () => kind));

/** Input number `number` of a seed: the same bytes every time. */
export function inputAt(seed: number, number: number): Input {
  const random = new Random(mix(seed, number));
  const [kind, , make, isWhole] = pick(random, WHEEL);
  return { kind, bytes: make(random), isWhole };
}
