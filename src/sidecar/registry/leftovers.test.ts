import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { LedgerState } from './ledger';

const registry = registryForTests();

const BY = { actor: 'ada', now: NOON };
const VERSION = { key: 'a.gz', etag: '"1"', size: 10 };

const source = async (name: string, bucket = 'bucket') =>
  (await registry().addSource({ name, bucket, prefix: '', region: 'eu-west-1', enabled: true }, NOON)).id;
let own: string;
let other: string;
let elsewhere: string;
beforeEach(async () => {
  [own, other, elsewhere] = [await source('own'), await source('other'), await source('elsewhere', 'another-bucket')];
});

const note = (
  state: LedgerState,
  {
    reason = 'no-header' as string | undefined,
    sourceId = own,
    ...version
  }: Partial<typeof VERSION> & { reason?: string; sourceId?: string } = {}
) => registry().setLedgerEntry({ ...VERSION, ...version, sourceId, state, reason }, NOON);
const choice = () => ({ sourceId: own, reason: 'no-header', before: NOON });
const claim = (...listed: Array<typeof VERSION>) => registry().claimLeftovers(choice(), listed, NOON);
const state = async (sourceId = own, key = 'a.gz') =>
  (await registry().lookUpListed(sourceId, [key], NOON))[key]?.state;

describe('objects that may be deleted uncounted', () => {
  it.each<LedgerState>(['not-collected', 'quarantined'])(
    'are %s, of the same version, reason and source',
    async (is) => {
      await note(is);
      expect(await claim(VERSION)).toEqual(['a.gz']);
    }
  );

  it.each<LedgerState>(['stored', 'deleted', 'refused', 'not-read', 'gone', 'discarded'])(
    'are none that are %s',
    async (is) => {
      await note(is);
      expect(await claim(VERSION)).toEqual([]);
    }
  );

  it('are none of another version, reason or source, and none that nobody has read', async () => {
    await note('not-collected');
    await note('not-collected', { key: 'b.gz', reason: 'no-fields' });
    await note('not-collected', { key: 'c.gz', sourceId: other });
    expect(
      await claim(
        { ...VERSION, etag: '"2"' },
        { ...VERSION, key: 'b.gz' },
        { ...VERSION, key: 'c.gz' },
        { ...VERSION, key: 'd.gz' }
      )
    ).toEqual([]);
  });

  it.each<LedgerState>(['refused', 'not-read'])('are none that another source of the bucket has as %s', async (is) => {
    await note('not-collected');
    await note(is, { sourceId: other });
    expect(await claim(VERSION)).toEqual([]);
  });

  it('are such whatever another source has of other objects, or in another bucket', async () => {
    await note('not-collected');
    await note('refused', { sourceId: other, key: 'b.gz' });
    await note('refused', { sourceId: elsewhere });
    await note('not-collected', { sourceId: other });
    expect(await claim(VERSION)).toEqual(['a.gz']);
  });
});

describe('beginDiscard', () => {
  it('notes nothing for a reason that the source has no leftovers of', async () => {
    await note('not-collected', { reason: 'no-fields' });
    await expect(registry().beginDiscard(choice(), BY)).rejects.toThrow('There are: no-fields (1 object).');
    expect((await registry().listChanges(9)).items.map(({ action }) => action)).not.toContain('source.discard');
  });
});

describe('recordDiscarded', () => {
  const record = async (deleted: Array<typeof VERSION>, failed: string[] = []) => {
    const id = await registry().beginDiscard(choice(), BY);
    return registry().recordDiscarded(own, id, { deleted, failed }, NOON + 1);
  };

  it('counts what was claimed, in this source alone', async () => {
    await note('not-collected');
    await note('not-collected', { sourceId: other });
    await registry().claimLeftovers({ ...choice(), sourceId: other }, [VERSION], NOON);
    await claim(VERSION);
    expect(await record([VERSION])).toEqual({ objects: 1, bytes: 10 });
    expect([await state(), await state(other)]).toEqual(['discarded', 'not-collected']);
  });

  it('counts nothing that was not claimed, nor another version', async () => {
    await note('not-collected');
    expect(await record([VERSION])).toEqual({ objects: 0, bytes: 0 });
    await claim(VERSION);
    expect(await record([{ ...VERSION, etag: '"2"' }])).toEqual({ objects: 0, bytes: 0 });
    expect(await state()).toBe('not-collected');
  });

  it('counts an object once', async () => {
    await note('not-collected');
    await note('not-collected', { key: 'b.gz' });
    await claim(VERSION);
    await record([VERSION]);
    expect(await record([VERSION])).toEqual({ objects: 0, bytes: 0 });
  });

  it('lets go of what was not deleted, so that it is gone and not discarded once somebody takes it away', async () => {
    await note('not-collected');
    await note('not-collected', { key: 'b.gz' });
    await claim(VERSION, { ...VERSION, key: 'b.gz' });
    expect(await record([], ['a.gz'])).toEqual({ objects: 0, bytes: 0 });
    await registry().recordListing(own, NOON + 10, NOON + 11);
    expect([await state(), await state(own, 'b.gz')]).toEqual(['gone', 'discarded']);
  });

  it('claims in this source alone', async () => {
    await note('not-collected');
    await note('not-collected', { sourceId: other });
    await claim(VERSION);
    await registry().recordListing(other, NOON + 10, NOON + 11);
    expect(await state(other)).toBe('gone');
  });
});
