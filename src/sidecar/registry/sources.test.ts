import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { RegistryError } from './sources';

const registry = registryForTests();

const SOURCE = { name: 'prod', bucket: 'logs', prefix: 'a/', region: 'eu-west-1', enabled: false };

describe('sources', () => {
  it('are listed by name, each under an id of its own', async () => {
    const b = await registry().addSource(SOURCE, NOON);
    const a = await registry().addSource({ ...SOURCE, name: 'dev', enabled: true }, NOON);
    expect(await registry().listSources()).toEqual([a, b]);
    expect(b).toMatchObject({ ...SOURCE, pathStyle: false, pollSeconds: 60, created: NOON, version: 1 });
    expect(a.id).not.toBe(b.id);
    // The id is a tag of line protocol: nothing in it needs escaping.
    expect(a.id).toMatch(/^src-[0-9a-f]{12}$/);
  });

  it('share no name, even two bad ones: quotes and percent signs are data', async () => {
    const name = `"prod'; DROP TABLE source; --%`;
    await registry().addSource({ ...SOURCE, name }, NOON);
    await expect(registry().addSource({ ...SOURCE, name, bucket: 'other' }, NOON)).rejects.toThrow(RegistryError);
    expect(await registry().listSources()).toMatchObject([{ name, bucket: 'logs' }]);
  });

  it('may be the same bucket under two names', async () => {
    await registry().addSource(SOURCE, NOON);
    await registry().addSource({ ...SOURCE, name: 'again' }, NOON);
    expect(await registry().listSources()).toHaveLength(2);
  });

  it('are enabled and disabled', async () => {
    await registry().addSource(SOURCE, NOON);
    expect(await registry().enableSource('prod', true)).toMatchObject({ enabled: true });
    expect(await registry().getSource('prod')).toMatchObject({ enabled: true });
    expect(await registry().enableSource('prod', false)).toMatchObject({ enabled: false });
  });

  it('are another source when added again under a name that was removed', async () => {
    const first = await registry().addSource(SOURCE, NOON);
    expect(await registry().removeSource('prod')).toEqual(first);
    const second = await registry().addSource(SOURCE, NOON);
    expect(second.id).not.toBe(first.id);
  });

  it.each(['getSource', 'removeSource'] as const)('%s of a name that is not there says which are', async (call) => {
    await expect(registry()[call]('prod')).rejects.toThrow('There is no source "prod". None was added yet.');
    await registry().addSource({ ...SOURCE, name: 'dev' }, NOON);
    await registry().addSource({ ...SOURCE, name: 'test' }, NOON);
    await expect(registry()[call]('prod')).rejects.toThrow('There are: dev, test.');
  });

  it('remember how their last scan ended, until the next one', async () => {
    const { id } = await registry().addSource(SOURCE, NOON);
    await registry().recordScan(id, NOON, 'no such bucket');
    expect(await registry().getSource('prod')).toMatchObject({ lastRun: NOON, lastError: 'no such bucket' });
    await registry().recordScan(id, NOON + 60, undefined);
    expect(await registry().getSource('prod')).toMatchObject({ lastRun: NOON + 60, lastError: undefined });
  });
});
