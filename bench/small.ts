import { gzipSync } from 'node:zlib';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SOURCE_FIELDS } from '../src/contract/sourceFields';
import {
  addSource,
  awsEnvironment,
  deployment,
  fillBucket,
  objectKey,
  startS3Double,
  startSlowS3,
  startStore,
  type S3,
} from './cloud';
import { finishedHour, flowLog } from './dataset';
import type { Figure, Report, Row } from './report';
import { storeAlone } from './storeAlone';
import { flowscope, median, program, run, say, type Bench, type Command } from './tools';

const OBJECTS = 5000;
/** How long S3 in the same region takes to begin an answer, at its best: AWS documents 100 to 200 ms for small objects. */
const LATENCY_MS = 20;
/** For moto, which takes 20 times as long. */
const FEW_OBJECTS = 1000;
const RECORDS = 20;
/**
 * Each interface talks to the same few again and again: all objects together make 29,000 series, the design's 200 interfaces
 * 37,000 in a day. With new addresses in each object, InfluxDB would spend most of the time on new series.
 */
const PEERS = 20;
/** Of five minutes each: the objects of one hour, so that one hour is recomputed whenever this runs. */
const SLOTS = 12;
const MAX_ROUNDS = 3;
/** Requests to S3 that Flowscope has under way at most: those that read, and one that deletes. The bare loop gets as many. */
const CONNECTIONS = SOURCE_FIELDS.objectsInFlight.default + 1;

/** Seconds of one run: of the whole process, and from the first request to the last. */
interface Times {
  readonly whole: number;
  readonly requests: number;
}

/** Many small objects from S3 to InfluxDB, deleted once acknowledged, against a loop that only GETs and DELETEs them. */
export async function small(bench: Bench): Promise<Report> {
  const rounds = Math.min(bench.rounds, MAX_ROUNDS);
  const objects = smallObjects();
  const influxUrl = await startStore(bench);
  const bare = await program('bareLoop');
  let runs = 0;

  const measure = async (s3: S3, count: number) => {
    const times = { bare: [] as Times[], ours: [] as Times[] };
    const some = new Map([...objects].slice(0, count));
    const timed = async (command: Command, bucket: string, isDone: (stdout: string) => boolean) => {
      const { seconds, stdout } = await run(command);
      const requests = await requestSeconds(s3);
      const left = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket }));
      if (!isDone(stdout) || left.Contents?.length) {
        throw new Error(`Not all of ${count} objects were taken: ${stdout}`);
      }
      return { whole: seconds, requests };
    };
    for (let round = 0; round < rounds; round++) {
      runs++;
      const [bareBucket, bucket] = [`bench-bare-${runs}`, `bench-${runs}`];
      await fillBucket(s3, bareBucket, some);
      await requestSeconds(s3);
      const args = [bare, bareBucket, String(CONNECTIONS)];
      const loop = { command: process.execPath, args, env: awsEnvironment(s3) };
      times.bare.push(await timed(loop, bareBucket, (stdout) => Number(stdout) === count));

      await fillBucket(s3, bucket, some);
      const env = { ...awsEnvironment(s3), ...deployment(bench, influxUrl, `small${runs}`) };
      await addSource(env, bucket);
      await requestSeconds(s3);
      times.ours.push(
        await timed(
          flowscope(['collect', '--once', '--json'], env),
          bucket,
          (stdout) => (JSON.parse(stdout) as { ok: number }).ok === count * RECORDS
        )
      );
      say(`  round ${round + 1} of ${rounds}`);
    }
    return times;
  };

  say(`small: ${OBJECTS} objects in a fast S3 double`);
  const fast = await measure(await startS3Double(bench), OBJECTS);
  say(`small: ${OBJECTS} objects in the S3 double, ${LATENCY_MS} ms away`);
  const far = await measure(await startS3Double(bench, LATENCY_MS), OBJECTS);
  say(`small: ${FEW_OBJECTS} objects in moto`);
  const slow = await measure(await startSlowS3(bench), FEW_OBJECTS);
  say('small: the points of all objects to InfluxDB alone');
  const alone = await storeAlone(influxUrl, objects);
  return {
    name: 'small',
    title: `S3 → InfluxDB acknowledged → deleted, objects of ${RECORDS} records, ${CONNECTIONS} requests to S3 at once; medians of ${rounds}`,
    columns: ['rate', 'of the bare loop'],
    rows: [
      ...rows('fast S3 double', fast, OBJECTS, ({ requests }) => requests, 70),
      ...rows('fast S3 double, whole process', fast, OBJECTS, ({ whole }) => whole),
      ...rows(`S3 double ${LATENCY_MS} ms away`, far, OBJECTS, ({ requests }) => requests, 70),
      ...rows(`S3 double ${LATENCY_MS} ms away, whole process`, far, OBJECTS, ({ whole }) => whole),
      ...rows('moto', slow, FEW_OBJECTS, ({ requests }) => requests, 70),
      ...rows('moto, whole process', slow, FEW_OBJECTS, ({ whole }) => whole),
      { name: 'the same points to InfluxDB, nothing else', figures: [{ value: OBJECTS / alone, unit: 'objects/s' }] },
    ],
    notes: [
      `from the first request to S3 to the last; ${OBJECTS} objects, in moto ${FEW_OBJECTS}`,
      'Flowscope deletes what was stored meanwhile in one request, up to 1,000 objects; the bare loop one by one',
      'whole process: with start and end, where Flowscope makes the schema and recomputes the hour',
      'S3 double, InfluxDB and Flowscope share this machine',
    ],
  };
}

function smallObjects(): ReadonlyMap<string, Buffer> {
  const objects = new Map<string, Buffer>();
  const hour = finishedHour();
  for (let i = 0; i < OBJECTS; i++) {
    const slot = hour + 300 * (i % SLOTS);
    objects.set(objectKey(i, slot), gzipSync([...flowLog({ records: RECORDS, seed: i, slot, peers: PEERS })].join('')));
  }
  return objects;
}

/** From the first request since it was last asked to the last, seconds. */
async function requestSeconds({ url }: S3): Promise<number> {
  const { first, last } = (await (await fetch(`${url}/-/times`)).json()) as { first: number; last: number };
  return (last - first) / 1000;
}

function rows(
  where: string,
  { bare, ours }: { bare: readonly Times[]; ours: readonly Times[] },
  objects: number,
  seconds: (times: Times) => number,
  atLeast?: number
): Row[] {
  const [bareRate, rate] = [bare, ours].map((times) => objects / median(times.map(seconds)));
  const share: Figure = { value: (100 * rate) / bareRate, unit: '%', atLeast };
  return [
    { name: `bare GET + DELETE loop, ${where}`, figures: [{ value: bareRate, unit: 'objects/s' }, undefined] },
    { name: `Flowscope, ${where}`, figures: [{ value: rate, unit: 'objects/s' }, share] },
  ];
}
