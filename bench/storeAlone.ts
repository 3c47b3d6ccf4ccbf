import { DEFAULT_TOP_K } from '../src/contract/stored';
import { decodeObject } from '../src/sidecar/collect/decode/decodeObject';
import { parseObjectName } from '../src/sidecar/records/objectName';
import { Part } from '../src/sidecar/rollup/part';
import { termsFor } from '../src/sidecar/rollup/terms';
import type { Policy } from '../src/sidecar/rollup/windows';
import { InfluxClient } from '../src/sidecar/store/influx';
import { ensureSchema } from '../src/sidecar/store/schema';
import { PointWriter } from '../src/sidecar/store/writer';

/** As many objects wait for InfluxDB at a time, so that its requests are as large as it likes them. */
const OBJECTS_AT_ONCE = 64;
const PATIENCE_MS = 60_000;

/** Seconds that InfluxDB takes for the points of all objects (key → bytes) when nothing else is to be done. */
export async function storeAlone(url: string, objects: ReadonlyMap<string, Buffer>): Promise<number> {
  const client = new InfluxClient({ url, database: 'alone' });
  await ensureSchema(client);
  const waiting = (await pointsOf(objects)).values();
  const writer = new PointWriter(client, { patienceMs: PATIENCE_MS });
  const worker = async () => {
    for (const [policy, lines] of waiting) {
      await writer.write(policy, lines);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: OBJECTS_AT_ONCE }, worker));
  return (performance.now() - started) / 1000;
}

/** The line protocol that Flowscope makes of each object. */
async function pointsOf(objects: ReadonlyMap<string, Buffer>): Promise<ReadonlyArray<readonly [Policy, Buffer]>> {
  const points: Array<readonly [Policy, Buffer]> = [];
  const part = new Part();
  const now = Math.floor(Date.now() / 1000);
  for (const [key, bytes] of objects) {
    const terms = termsFor('bench', parseObjectName(key), DEFAULT_TOP_K, now);
    // As in a registry: nobody else has the object's offset.
    const job = { terms, decisions: {}, offsets: [points.length + 1], owners: undefined };
    const body = (async function* () {
      yield bytes;
    })();
    await decodeObject(body, job, (policy, lines) => points.push([policy, lines]), part);
  }
  return points;
}
