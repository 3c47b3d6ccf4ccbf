import { influxForTests } from '../testing/influx';
import { proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { Entity } from '../registry/entities';
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
