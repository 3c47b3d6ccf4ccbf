import { Bucket } from '../src/sidecar/aws/bucket';
import { s3Client } from '../src/sidecar/aws/clients';
import { adminOf } from '../src/sidecar/store/admin';
import { inspectStore, claimStore, takeOverStore, writeStoreRecord } from '../src/sidecar/store/claim';
import { recomputeHour } from '../src/sidecar/store/hours';
import { InfluxClient } from '../src/sidecar/store/influx';
import { trafficByMinute, trafficOf } from '../src/sidecar/store/rates';
import { countEntities, ensureSchema, readBoundary, writeBoundary, writeEntities } from '../src/sidecar/store/schema';
import { FakeS3 } from '../src/sidecar/testing/fakeS3';
import { influxForTests } from '../src/sidecar/testing/influx';
import { InfluxModel } from './models/influx';
import { BucketModel, s3ClientOn } from './models/s3';
import { Draws } from './random';

const ROUNDS = 4;
const HOUR = Math.floor(Date.now() / 3_600_000) * 3600 - 3600;
const database = influxForTests();

function modelClient(name: string): InfluxClient {
  const model = new InfluxModel(name, () => Date.now());
  const access = {
    send: (url: URL, body: string | Uint8Array | undefined) => Promise.resolve(model.handle(url, body)),
    admin: model.admin((work) => new Promise((resolve) => resolve(work()))),
  };
  return new InfluxClient({ url: 'http://model', database: name }, access);
}

/** What was thrown, without where. */
const outcome = (work: Promise<unknown>) =>
  work.then(
    (value) => value ?? 'done',
    (error: Error & { failure?: string; code?: string; dropped?: number }) => ({
      ...{ failure: error.failure ?? error.code, dropped: error.dropped },
      message: error.message.replace(/http:\/\/[^ :]+(:\d+)?/, 'URL'),
    })
  );

const sorted = (rows: unknown) => (Array.isArray(rows) ? rows.map((row) => JSON.stringify(row)).sort() : rows);

/** Random lines of what collecting writes, some of them at the place of others. */
function linesOf(draws: Draws): string {
  return Array.from({ length: draws.between(1, 30) }, () => {
    const time = HOUR + draws.between(-2, 61) * 60;
    const offset = draws.between(1, 3);
    const tags = `account=${draws.between(1, 2)},action=${draws.pick(['ACCEPT', 'REJECT'])},interface=eni-${draws.between(1, 3)}`;
    return draws.chance(0.8)
      ? `flow_interface,${tags} bytes=${draws.between(1, 99)}i,packets=${draws.between(1, 9)}i,flows=1i ${time}00000000${offset}`
      : `flow_quality,reason=o\\ k,source_id=src\\,1 records=${draws.between(1, 9)}i ${time}00000000${offset}`;
  }).join('\n');
}

/** All that collecting asks InfluxDB, as statements and through the functions that do. */
async function askAll(client: InfluxClient): Promise<Record<string, unknown>> {
  const ask = (query: string) => outcome(client.query(query));
  const policies = await ask(`SHOW RETENTION POLICIES ON "${client.settings.database}"`);
  return {
    policies: sorted(
      (policies as Array<Record<string, unknown>>).map(({ name, duration, default: is }) => [name, duration, is])
    ),
    state: { ...(await inspectStore(client)), record: (await inspectStore(client)).record },
    tagKeys: await ask('SHOW TAG KEYS FROM "flow_interface"'),
    boundary: await outcome(readBoundary(client)),
    entities: await outcome(countEntities(client)),
    minutes: sorted(await outcome(trafficByMinute(client, ['1', '2'], HOUR, HOUR + 3600))),
    hours: sorted(await outcome(trafficOf(client, ['1'], HOUR - 60, HOUR + 600))),
    all: sorted(
      await ask(
        'SELECT sum("bytes") AS "bytes", sum("flows") AS "flows" FROM "hour"."flow_interface" GROUP BY time(1h), * fill(none)'
      )
    ),
    quality: sorted(
      await ask('SELECT sum("records") AS "records" FROM "hour"."flow_quality" GROUP BY time(1h), * fill(none)')
    ),
    noPolicy: await ask('SELECT sum("bytes") AS "bytes" FROM "no"."flow_interface"'),
  };
}

it('the model of InfluxDB answers as InfluxDB does', async () => {
  const real = await database();
  const model = modelClient(real.settings.database);
  await ensureSchema(model);
  const draws = new Draws(19);
  for (let round = 0; round < ROUNDS; round++) {
    const lines = linesOf(draws);
    const boundary = HOUR - draws.between(0, 3) * 3600;
    const steps: ReadonlyArray<(client: InfluxClient) => Promise<unknown>> = [
      (client) => client.write('minute', lines),
      (client) => client.write('minute', `flow_interface,account=1 bytes=1i ${HOUR - 30 * 86_400}000000000\n${lines}`),
      (client) => client.write('no_such_policy', lines),
      (client) => recomputeHour(client, HOUR),
      (client) => writeBoundary(client, boundary),
      (client) => writeStoreRecord(client, { registryId: `r"${round}`, storeId: 's\\1', handover: '' }),
      (client) => claimStore(client, `registry ${draws.between(1, 1) + (round % 2)}`),
      (client) => takeOverStore(client, `registry ${round}`),
      (client) => adminOf(client).createPolicy({ name: 'minute', duration: '1h' }),
      (client) =>
        writeEntities(client, [
          {
            kind: 'vpc',
            id: `vpc ${round}`,
            label: 'a "b"',
            name: 'a,b',
            vpc: '-',
            subnet: '-',
            instance: '-',
            account: '-',
            region: '-',
          },
        ]),
    ];
    for (const step of steps) {
      expect(await outcome(step(model))).toEqual(await outcome(step(real)));
    }
    expect(await askAll(model)).toEqual(await askAll(real));
  }
  await real.query(`DROP DATABASE "${real.settings.database}"`);
  const none = modelClient(real.settings.database);
  for (const ask of [
    (client: InfluxClient) => client.write('minute', linesOf(new Draws(1))),
    (client: InfluxClient) => inspectStore(client),
    (client: InfluxClient) => readBoundary(client),
    (client: InfluxClient) => adminOf(client).policies(),
  ]) {
    expect(await outcome(ask(none))).toEqual(await outcome(ask(real)));
  }
});

it('the model of S3 answers as the double of S3 does', async () => {
  const fake = await FakeS3.start({ pageSize: 3 });
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  const client = s3Client('eu-west-1', {}, { endpoint: fake.url, pathStyle: true });
  try {
    const model = new BucketModel(() => Date.now(), undefined, 3);
    const buckets = [
      new Bucket(client, 'b', 'eu-west-1'),
      new Bucket(
        s3ClientOn((request) => Promise.resolve().then(() => model.handle(request))),
        'b',
        'eu-west-1'
      ),
    ];
    const draws = new Draws(23);
    const key = () => draws.pick(['a/1.gz', 'a/2.gz', 'a/b/3.gz', 'c/4.gz', 'd 5.gz', 'e&6.gz']);
    for (let round = 0; round < 60; round++) {
      const one = key();
      const body = Buffer.from(`content ${draws.between(1, 3)}`);
      const { etag } = new BucketModel(() => 0).put(one, Buffer.from(`content ${draws.between(1, 3)}`));
      const both = [one, key()].map((name) => ({ key: name, etag }));
      const prefix = draws.pick(['', 'a/', 'none/']);
      const delimiter = draws.pick([undefined, '/']);
      const act = draws.pick([
        undefined,
        (bucket: Bucket) =>
          bucket.delete(both.slice(0, 1)).then((failed) => [...failed].map(([name, { code }]) => [name, code])),
        (bucket: Bucket) => bucket.delete(both).then((failed) => [...failed].map(([name, { code }]) => [name, code])),
        (bucket: Bucket) => bucket.open({ key: one, etag }).then(read),
        (bucket: Bucket) => listAll(bucket, prefix, delimiter),
      ]);
      if (act) {
        const [real, modelled] = await Promise.all(buckets.map((bucket) => outcome(act(bucket))));
        expect(modelled).toEqual(real);
      } else {
        model.put(one, body);
        fake.objects.set(one, body);
      }
    }
  } finally {
    client.destroy();
    fake.stop();
  }
});

async function read(body: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
  }
  return body && Buffer.concat(chunks).toString();
}

async function listAll(bucket: Bucket, prefix: string, delimiter: string | undefined): Promise<unknown> {
  const pages: unknown[] = [];
  let token: string | undefined;
  do {
    const { objects, folders, next } = await bucket.list(prefix, { delimiter, token });
    pages.push({ objects: objects.map(({ key, etag, size }) => [key, etag, size]), folders });
    token = next;
  } while (token !== undefined);
  return pages;
}
