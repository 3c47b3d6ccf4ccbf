import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  freePort,
  retryOnTakenPort,
  startInflux,
  startMoto,
  startService,
  waitUntilAnswering,
} from '../scripts/services';
import type { Refusal } from './programs/s3Store';
import { flowscope, program, run, type Bench } from './tools';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';

const START_TIMEOUT_MS = 20_000;
const UPLOADS_AT_ONCE = 16;
const KEYS_AT_ONCE = 100_000;

/** A stand-in for S3 with a client of its own. */
export interface S3 {
  readonly url: string;
  readonly client: S3Client;
}

function s3At(url: string): S3 {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  return { url, client: new S3Client({ region: REGION, endpoint: url, forcePathStyle: true, credentials }) };
}

/** Starts the fast S3 double of `programs/s3Double.ts`. */
export function startS3Double(bench: Bench, latencyMs = 0): Promise<S3> {
  return startTimed(bench, 's3Double', String(latencyMs));
}

/** Starts moto behind a proxy that notes times. Many people test against moto; it is so slow that it hides a client's cost. */
export async function startSlowS3(bench: Bench): Promise<S3> {
  const { url } = await startMoto({ dir: join(bench.folder, 'moto') });
  return startTimed(bench, 'timingProxy', url);
}

/** Starts a program that answers as S3 does, and at `/-/times` says when its first and last request came. */
async function startTimed({ folder }: Bench, name: string, argument: string): Promise<S3> {
  const script = await program(name);
  return retryOnTakenPort(async () => {
    const port = await freePort();
    const logFile = join(folder, `${name}-${port}.txt`);
    const args = [script, String(port), argument];
    const service = startService({ name, command: process.execPath, args, logFile });
    const url = `http://127.0.0.1:${port}`;
    await waitUntilAnswering(service, `${url}/-/times`, logFile, START_TIMEOUT_MS);
    return s3At(url);
  });
}

/** A stand-in for EC2 and STS. */
export interface Ec2 {
  readonly url: string;
}

/** Starts the fast double of EC2 of `programs/ec2Double.ts`, with so many interfaces. */
export async function startEc2Double(bench: Bench, interfaces: number): Promise<Ec2> {
  return startTimed(bench, 'ec2Double', String(interfaces));
}

/** Starts a real InfluxDB. Returns its URL. */
export async function startStore({ folder }: Bench): Promise<string> {
  return (await startInflux({ dir: join(folder, 'influx') })).url;
}

/** Makes a bucket with these objects in it. */
export async function fillBucket({ client }: S3, Bucket: string, objects: ReadonlyMap<string, Buffer>): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await putObjects({ client }, Bucket, objects);
}

/** Puts objects into a bucket. */
export async function putObjects(
  { client }: Pick<S3, 'client'>,
  Bucket: string,
  objects: ReadonlyMap<string, Buffer>
): Promise<void> {
  const waiting = objects.entries();
  const worker = async () => {
    for (const [Key, Body] of waiting) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, worker));
}

/** Makes the fast double list these keys as small objects, which it refuses to return. */
export async function pretendKeys({ url }: S3, keys: Iterable<string>, refusal: Refusal): Promise<void> {
  const send = async (some: readonly string[]) => {
    await fetch(`${url}/-/pretend?size=2000&refusal=${refusal}`, { method: 'PUT', body: some.join('\n') });
  };
  let waiting: string[] = [];
  for (const key of keys) {
    if (waiting.push(key) === KEYS_AT_ONCE) {
      await send(waiting);
      waiting = [];
    }
  }
  await send(waiting);
}

/** Says to the fast double what time it is, Unix seconds. */
export async function setClock({ url }: S3, now: number): Promise<void> {
  await fetch(`${url}/-/clock?now=${now}`, { method: 'PUT' });
}

/** Settings for AWS's SDK. */
export function awsEnvironment({ url }: Pick<S3, 'url'>): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The environment of a Flowscope of its own: registry and database are new. */
export function deployment({ folder }: Bench, influxUrl: string, name: string): NodeJS.ProcessEnv {
  const data = join(folder, name);
  mkdirSync(data);
  return { FLOWSCOPE_INFLUX_URL: influxUrl, FLOWSCOPE_INFLUX_DATABASE: name, FLOWSCOPE_DATA_DIR: data };
}

/** Adds and enables a source over the bucket, or a part of it. */
export async function addSource(env: NodeJS.ProcessEnv, bucket: string, name = 'bench', prefix = ''): Promise<void> {
  const where = ['--bucket', bucket, '--region', REGION, ...(prefix === '' ? [] : ['--prefix', prefix])];
  await run(flowscope(['source', 'add', name, ...where, '--delete-after-collecting'], env));
}

/** An object's key as AWS makes it. `number` makes it unique; `slot`: Unix seconds. */
export function objectKey(number: number, slot: number, account = ACCOUNT): string {
  const iso = new Date(slot * 1000).toISOString();
  const [day, time] = [iso.slice(0, 10), iso.slice(11, 16).replace(':', '')];
  const folder = `AWSLogs/${account}/vpcflowlogs/${REGION}/${day.replaceAll('-', '/')}`;
  const hash = number.toString(16).padStart(8, '0');
  return `${folder}/${account}_vpcflowlogs_${REGION}_fl-0123456789abcdef0_${day.replaceAll('-', '')}T${time}Z_${hash}.log.gz`;
}
