import { gunzipSync } from 'node:zlib';
import { generateObjects, SLOT_SECONDS, type GeneratedObject } from '../../src/sidecar/generate/objects';
import { DEFAULT_GENERATE_OPTIONS } from '../../src/sidecar/generate/options';
import { mixText } from '../../src/sidecar/generate/random';
import { TruthTally, type ObjectCounts } from '../../src/sidecar/generate/truth';
import { parseObjectName } from '../../src/sidecar/records/objectName';
import { etagOf } from '../../src/sidecar/testing/fakeS3';
import { parquetFile } from '../../src/sidecar/testing/parquetFile';
import type { SumsByMeasurement } from './journal';

export type Layout = 'text' | 'parquet';

/** The content of an object, which no other object has: its interfaces are its own. */
export interface Version {
  /** As AWS would name it. */
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly counts: ObjectCounts;
  readonly interfaces: ReadonlySet<string>;
  /** What is in it, by measurement. */
  readonly sums: SumsByMeasurement;
  /** Whether its flow log has all fields that it needs. */
  readonly isCollectable: boolean;
}

/** A small company, of which each flow log delivers one object. */
const COMPANY = { interfaces: 12, minutes: SLOT_SECONDS / 60, recordsPerMinute: 6 };

/** Traffic is up to so old: minutes are kept for longer. */
const MAX_AGE_SLOTS = 500;

/** So many objects have an hour of their own: one that a single process has stored whole is written, others InfluxDB sums up. */
const OBJECTS_OF_COMPANY = 2;

/** Objects of one company after another, without end, each of some five minutes of the last days. `now`: Unix seconds. */
export function* versions(seed: number, layout: Layout, now: number): Generator<Version, never> {
  for (let company = 0; ; company++) {
    const own = mixText(seed, `company ${company}`);
    const endSeconds = (Math.floor(now / SLOT_SECONDS) - (own % MAX_AGE_SLOTS)) * SLOT_SECONDS;
    const options = { ...DEFAULT_GENERATE_OPTIONS, ...COMPANY, seed: own, endSeconds };
    const objects = [...generateObjects(options)];
    for (let i = 0; i < OBJECTS_OF_COMPANY; i++) {
      yield versionOf(objects[(company + i) % objects.length], layout);
    }
  }
}

/** Whether a key ends in a name that AWS gives, by which its content is known. */
export function isAwsName(key: string): boolean {
  return parseObjectName(key).fileName !== undefined;
}

function versionOf({ key, body: text, flowLog, counts }: GeneratedObject, layout: Layout): Version {
  const body = layout === 'text' ? text : parquetOf(text);
  const tally = new TruthTally();
  tally.add(counts);
  const { measurements, notCollected } = tally.truth();
  return {
    key: layout === 'text' ? key : key.replace(/\.log\.gz$/, '.log.parquet'),
    body,
    etag: etagOf(body),
    counts,
    interfaces: new Set(flowLog.interfaces.map(({ id }) => id)),
    sums: measurements,
    isCollectable: notCollected === 0,
  };
}

function parquetOf(text: Buffer): Buffer {
  const [header, ...rows] = gunzipSync(text).toString().trimEnd().split('\n');
  return parquetFile(
    header.split(' '),
    rows.map((row) => row.split(' '))
  );
}
