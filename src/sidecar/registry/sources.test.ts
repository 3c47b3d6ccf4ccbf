import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { RegistryError } from './sources';

const registry = registryForTests();

const BY = { actor: 'ada', now: NOON };
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

  describe.each([
    [
      'changed',
      (id: string, version: number) => registry().changeSource(id, version, { ...SOURCE, pollSeconds: 90 }, BY),
    ],
    ['switched on', (id: string, version: number) => registry().switchSource(id, version, true, BY)],
    ['removed', (id: string, version: number) => registry().deleteSource(id, version, BY)],
  ])('when one is %s', (_what, change) => {
    it('stay as they are, all but that one', async () => {
      const { id, version } = await registry().addSource(SOURCE, NOON);
      const others = [
        await registry().addSource({ ...SOURCE, name: 'a' }, NOON),
        await registry().addSource({ ...SOURCE, name: 'z' }, NOON),
      ];
      await change(id, version);
      const listed = await registry().listSources();
      expect(listed.filter((source) => source.id !== id)).toEqual(others);
      // Whoever has read it before must read it again.
      expect(listed.find((source) => source.id === id)?.version).not.toBe(version);
    });

    it.each([-1, 1])('it is not when somebody has read another version of it: %i', async (difference) => {
      const { id, version } = await registry().addSource(SOURCE, NOON);
      const before = await registry().switchSource(id, version, true, BY);
      await expect(change(id, before.version + difference)).rejects.toThrow(RegistryError);
      expect(await registry().listSources()).toEqual([before]);
    });
  });

  it('keep their own name when they are changed, and take no other one', async () => {
    const { id } = await registry().addSource(SOURCE, NOON);
    await registry().addSource({ ...SOURCE, name: 'other' }, NOON);
    const kept = await registry().changeSource(id, 1, { ...SOURCE, region: 'eu-north-1' }, BY);
    expect(kept).toMatchObject({ name: 'prod', region: 'eu-north-1' });
    await expect(registry().changeSource(id, 2, { ...SOURCE, name: 'other' }, BY)).rejects.toThrow(
      'This name is taken'
    );
  });

  it('stay disabled, or enabled, when other settings are changed, also of one that has objects', async () => {
    const { id } = await registry().addSource(SOURCE, NOON);
    await registry().setLedgerEntry({ sourceId: id, key: 'k', etag: 'e', size: 1, state: 'stored' }, NOON);
    expect(await registry().changeSource(id, 1, { ...SOURCE, pollSeconds: 90 }, BY)).toMatchObject({ enabled: false });
    await registry().switchSource(id, 2, true, BY);
    expect(await registry().changeSource(id, 3, { ...SOURCE, pollSeconds: 95 }, BY)).toMatchObject({ enabled: true });
  });

  it.each([
    ['bucket', { bucket: 'elsewhere' }],
    ['prefix', { prefix: 'b/' }],
    ['endpoint', { endpoint: 'https://minio:9000' }],
  ])('read and delete nowhere else without being enabled again: %s', async (_what, place) => {
    const { id } = await registry().addSource({ ...SOURCE, enabled: true }, NOON);
    expect(await registry().changeSource(id, 1, { ...SOURCE, pollSeconds: 90 }, BY)).toMatchObject({ enabled: true });
    expect(await registry().changeSource(id, 2, { ...SOURCE, ...place }, BY)).toMatchObject({
      enabled: false,
      ...place,
    });
    await registry().switchSource(id, 3, true, BY);
    // A listing of another place would take what it does not show for deleted.
    await registry().setLedgerEntry({ sourceId: id, key: 'k', etag: 'e', size: 1, state: 'stored' }, NOON);
    await expect(registry().changeSource(id, 4, SOURCE, BY)).rejects.toThrow('stay: add another source');
    expect(await registry().listSources()).toMatchObject([{ enabled: true, version: 4, ...place }]);
  });

  it('remember how their last scan ended, until the next one', async () => {
    const { id } = await registry().addSource(SOURCE, NOON);
    await registry().recordScan(id, NOON, 'no such bucket');
    expect(await registry().getSource('prod')).toMatchObject({ lastRun: NOON, lastError: 'no such bucket' });
    await registry().recordScan(id, NOON + 60, undefined);
    expect(await registry().getSource('prod')).toMatchObject({ lastRun: NOON + 60, lastError: undefined });
  });
});
