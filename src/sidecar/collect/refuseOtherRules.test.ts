import { RULES_VERSION } from '../rollup/terms';
import { InfluxClient } from '../store/influx';
import { influxForTests } from '../testing/influx';
import { TERMS } from '../testing/reference/rollUp';
import { hashOf, proposal, registryForTests } from '../testing/registry';
import { refuseOtherRules } from './refuseOtherRules';

const database = influxForTests();
const registry = registryForTests();

const now = Math.floor(Date.now() / 1000);
const grant = (rulesVersion: number) => {
  const name = `rules ${rulesVersion}`;
  return registry().grantPlan(
    proposal({ identity: name, sha256: hashOf(name), terms: { ...TERMS, rulesVersion } }),
    now
  );
};

describe('what was collected under other rules', () => {
  it.each([RULES_VERSION - 1, RULES_VERSION + 1])('is refused in a registry: %i', async (version) => {
    await grant(RULES_VERSION);
    await grant(version);
    await expect(refuseOtherRules(registry(), await database())).rejects.toThrow(
      `The registry has collected under rules version ${version}, `
    );
  });

  it.each(['minute', 'hour'])('is refused in a database, in its policy %s', async (policy) => {
    const client = await database();
    await client.write(policy, `flow_interface,exporter=1/vpc-1,interface=eni-1 bytes=1i ${now}000000000`);
    await expect(refuseOtherRules(registry(), client)).rejects.toThrow('holds data of rules version 1, ');
  });

  it('is not what these rules made, nor a store that is yet to be made', async () => {
    await grant(RULES_VERSION);
    const client = await database();
    await refuseOtherRules(registry(), client);
    await client.write('minute', `flow_interface,account=1,vpc=vpc-1 bytes=1i ${now}000000000`);
    await refuseOtherRules(registry(), client);
    await refuseOtherRules(registry(), new InfluxClient({ ...client.settings, database: 'nowhere' }));
  });

  it('cannot be told while the store does not answer', async () => {
    const away = new InfluxClient({ url: 'http://127.0.0.1:9', database: 'x' });
    await expect(refuseOtherRules(registry(), away)).rejects.toMatchObject({ failure: 'unavailable' });
  });
});
