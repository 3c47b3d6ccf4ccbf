import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ensureSchema } from '../store/schema';
import { REGION, World, type Deployment } from '../testing/world';

const world = World.forTests();

/** A registry that has granted a plan under rules version 1. */
async function oldRegistry(): Promise<Deployment> {
  const flowscope = world.deployment();
  await flowscope.ok('source', 'add', 'a', '--bucket', 'logs', '--region', REGION);
  const db = new DatabaseSync(join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'registry.sqlite'));
  db.exec("INSERT INTO plan_terms (rules_version, source_id, top_k) VALUES (1, 'src-1', 20)");
  db.close();
  return flowscope;
}

/** A store with a point of rules version 1. */
async function oldStore(): Promise<Deployment> {
  const flowscope = world.deployment();
  await ensureSchema(flowscope.client);
  await flowscope.client.write(
    'minute',
    `flow_interface,exporter=1/vpc-1,interface=eni-1 bytes=1i ${Date.now()}000000`
  );
  return flowscope;
}

const WHAT_TO_DO =
  'Start with an empty database (FLOWSCOPE_INFLUX_DATABASE) and a new data directory (FLOWSCOPE_DATA_DIR).';

describe.each([
  ['a registry', oldRegistry, 'The registry has collected under rules version 1, '],
  ['a store', oldStore, 'holds data of rules version 1, '],
])('%s that was filled under other rules', (_name, make, reason) => {
  it.each([[['serve']], [['collect', '--once']], [['import', __filename]], [['awssync']], [['adopt']]])(
    'is refused by flowscope %j, which says what to do and changes nothing',
    async (args) => {
      const flowscope = await make();
      const { code, stderr } = await flowscope.run(...args);
      expect(code).toBe(1);
      expect(stderr).toContain(reason);
      expect(stderr).toContain(WHAT_TO_DO);
      const policies = await flowscope
        .query(`SHOW RETENTION POLICIES ON "${flowscope.client.settings.database}"`)
        .catch(() => []);
      expect(policies.map(({ name }) => name)).not.toContain('flowscope_claim');
    }
  );
});
