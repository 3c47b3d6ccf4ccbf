import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';

const registry = registryForTests();
const by = (actor: string, now = NOON) => ({ actor, now });
const actions = async () => (await registry().listChanges(10)).items.map(({ action, actor }) => `${action} ${actor}`);

describe('the hold on deletion', () => {
  it('is of whoever asked first, until it is released', async () => {
    expect(await registry().deletionHold()).toBeUndefined();
    const held = { since: NOON, actor: 'Ada', reason: 'the store looks odd' };
    expect(await registry().holdDeletion('the store looks odd', by('Ada'))).toEqual(held);
    expect(await registry().holdDeletion('another', by('Bob', NOON + 60))).toEqual(held);
    expect(await registry().deletionHold()).toEqual(held);
    expect(await registry().releaseDeletion(by('Bob', NOON + 90))).toEqual(held);
    expect(await registry().deletionHold()).toBeUndefined();
    expect(await registry().releaseDeletion(by('Bob', NOON + 95))).toBeUndefined();
    expect(await actions()).toEqual(['deletion.release Bob', 'deletion.hold Ada']);
  });

  it('needs no reason', async () => {
    expect(await registry().holdDeletion(undefined, by('Ada'))).toEqual({ since: NOON, actor: 'Ada' });
  });

  it('keeps what was left in buckets from being discarded, also in the midst of that', async () => {
    const { id: sourceId } = await registry().addSource(
      { name: 'a', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true },
      NOON
    );
    const entry = { sourceId, key: 'x.gz', etag: '"1"', size: 1, state: 'quarantined', reason: 'empty' } as const;
    await registry().setLedgerEntry({ ...entry, message: 'It is empty.' }, NOON);
    const choice = { sourceId, reason: 'empty', before: NOON + 1 };
    await registry().beginDiscard(choice, by('Ada'));
    await registry().holdDeletion(undefined, by('Ada'));
    const refusal = {
      name: 'RegistryError',
      code: 'conflict',
      message: expect.stringMatching(/^Deletion is on hold: /),
    };
    await expect(registry().claimLeftovers(choice, [entry], NOON)).rejects.toMatchObject(refusal);
    await expect(registry().beginDiscard(choice, by('Ada'))).rejects.toMatchObject(refusal);
    await registry().releaseDeletion(by('Ada'));
    expect(await registry().claimLeftovers(choice, [entry], NOON)).toEqual(['x.gz']);
  });
});
