import { influxForTests } from '../testing/influx';
import { proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { Entity } from '../registry/entities';
import { rankOptions } from '../store/filterOptions';
import type { InfluxClient } from '../store/influx';
import { EntityPublisher } from './publish';

const database = influxForTests();
const registry = registryForTests();

const WEB: Entity = {
  ...{ kind: 'interface', id: 'eni-1', description: 'web', vpc: 'vpc-1', subnet: '-', instance: '-' },
  ...{ account: '1', region: 'eu-west-1' },
};

const interfaces = async (client: InfluxClient) => {
  const rows = await client.query(`SELECT "id", "name" FROM "entity"."aws_entity" WHERE "kind" = 'interface'`);
  return Object.fromEntries(rows.map(({ id, name }) => [id, name])) as Record<string, string>;
};

describe('EntityPublisher', () => {
  it('writes what was seen, before anything else is known of it', async () => {
    const client = await database();
    await registry().grantPlan(proposal({ entities: [WEB] }), NOON);
    await new EntityPublisher(registry(), client).publishNew();
    expect(await interfaces(client)).toEqual({ 'eni-1': 'eni-1' });
    expect(await registry().hasUnstoredEntities()).toBe(false);
  });

  it('writes only what is new', async () => {
    const client = await database();
    await registry().describeEntities([WEB], NOON);
    const publisher = new EntityPublisher(registry(), client);
    await Promise.all([publisher.publishNew(), publisher.publishNew()]);
    await client.query('DROP MEASUREMENT "aws_entity"');
    await registry().describeEntities([{ ...WEB, id: 'eni-2', description: 'db' }], NOON);
    await publisher.publishNew();
    expect(await interfaces(client)).toEqual({ 'eni-2': 'db' });
    await publisher.publishAll();
    expect(await interfaces(client)).toEqual({ '-': 'No interface', 'eni-1': 'web', 'eni-2': 'db' });
  });

  it('renames the first of two when the second gets the same description', async () => {
    const client = await database();
    const publisher = new EntityPublisher(registry(), client);
    await registry().describeEntities([WEB], NOON);
    await publisher.publishNew();
    await registry().describeEntities([{ ...WEB, id: 'eni-22222' }], NOON);
    await publisher.publishAll();
    expect(await interfaces(client)).toMatchObject({ 'eni-1': 'web (…ni-1)', 'eni-22222': 'web (…2222)' });
  });

  it('keeps as unwritten what could not be written, and goes on afterwards', async () => {
    const client = await database();
    await registry().describeEntities([WEB], NOON);
    const down = { write: () => Promise.reject(new Error('down')) } as unknown as InfluxClient;
    const publisher = new EntityPublisher(registry(), down);
    await expect(publisher.publishNew()).rejects.toThrow('down');
    expect(await registry().hasUnstoredEntities()).toBe(true);
    await expect(publisher.publishNew()).rejects.toThrow('down');
    await new EntityPublisher(registry(), client).publishNew();
    expect(await interfaces(client)).toEqual({ 'eni-1': 'web' });
  });
});

describe('what filters offer', () => {
  const NOW = Math.floor(Date.now() / 60_000) * 60_000;
  const labels = async (client: InfluxClient, kind: string) => {
    const rows = await client.query(`SELECT "label" FROM "entity"."filter_option" WHERE "kind" = '${kind}'`);
    return rows.map(({ label }) => label);
  };

  it('is every entity by name and id, an address without its VPC; a new name replaces the old one', async () => {
    const client = await database();
    const publisher = new EntityPublisher(registry(), client);
    const address = { ...WEB, kind: 'address', id: '10.0.1.5' } as const;
    await registry().describeEntities([WEB, address, { ...address, id: 'vpc-1/10.0.1.5' }], NOON);
    await publisher.publishNew();
    await registry().describeEntities([{ ...WEB, description: 'web-2' }], NOON);
    await publisher.publishAll();
    expect(await labels(client, 'interface')).toEqual(['web-2 (eni-1)', 'web-2 (eni-1)']);
    expect(await labels(client, 'address')).toEqual(['web (10.0.1.5)', 'web (10.0.1.5)']);
  });

  it('begins with what had the most traffic lately, be it known or not', async () => {
    const client = await database();
    await registry().describeEntities([{ ...WEB, kind: 'address', id: '10.0.1.5' }], NOON);
    await new EntityPublisher(registry(), client).publishAll();
    const point = (measurement: string, tags: string, bytes: number, hoursAgo = 1) =>
      `${measurement},account=1,interface=eni-1,${tags} bytes=${bytes}i ${NOW - hoursAgo * 3_600_000}000000`;
    await client.write(
      'minute',
      [
        point('flow_source', 'src=198.51.100.9', 9),
        point('flow_source', 'src=100.64.0.1', 3),
        point('flow_source', 'src=10.0.1.5', 50),
        point('flow_source', 'src=other', 900),
        point('flow_source', 'src=192.0.2.1', 900, 30),
        point('flow_destination', 'dst=203.0.113.7', 20),
        point('flow_application', 'application=tcp/443', 5),
        point('flow_application', 'application=tcp/8123', 4),
      ].join('\n')
    );
    await rankOptions(client, NOW);
    const listed = [...new Set(await labels(client, 'address'))];
    expect(listed).toEqual(['web (10.0.1.5)', '203.0.113.7', '198.51.100.9', '100.64.0.1']);
    expect(await labels(client, 'application')).toEqual(['HTTPS (tcp/443)', 'tcp/8123']);
    // Two days later there is other traffic.
    await client.write('minute', point('flow_source', 'src=192.0.2.77', 5, -47));
    await rankOptions(client, NOW + 48 * 3_600_000);
    expect(new Set(await labels(client, 'address'))).toEqual(new Set(['web (10.0.1.5)', '192.0.2.77']));
  });
});

describe('a store with hardly any room', () => {
  const database = influxForTests({ INFLUXDB_DATA_INDEX_VERSION: 'inmem', INFLUXDB_DATA_MAX_VALUES_PER_TAG: '50' });

  it('keeps it for identifiers', async () => {
    const client = await database();
    const publisher = new EntityPublisher(registry(), client);
    await publisher.publishAll();
    for (const id of ['eni-1', 'eni-2']) {
      await registry().describeEntities([{ ...WEB, id, description: id }], NOON);
      await publisher.publishNew();
    }
    expect(Object.keys(await interfaces(client)).sort()).toEqual(['-', 'eni-1', 'eni-2']);
  });
});
