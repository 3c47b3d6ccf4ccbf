import { exporter, proposal, registryForTests } from '../testing/registry';
import { NOON, TERMS } from '../testing/rollUp';
import { DEFAULT_MAX_EXPORTERS, type Proposal } from './plans';

const registry = registryForTests();

const B = 'b'.repeat(64);
const VPC = '111122223333/vpc-1';

async function stored(planId: number, changes: { hours?: number[]; exporters?: Record<string, number> } = {}) {
  const entry = { sourceId: 'src-1', key: 'k', etag: 'e', size: 1000, state: 'stored' as const, planId };
  return registry().objectStored({ planId, hours: [], exporters: {}, entry, ...changes }, NOON);
}

describe('grantPlan', () => {
  it('grants what is proposed, and remembers it', async () => {
    const wanted = proposal({ offsets: [7, 8, 59_999_999_999] });
    const { plan } = (await registry().grantPlan(wanted, NOON)) as { plan: object };
    const { identity, sha256, terms, offsets } = wanted;
    expect(plan).toEqual({ id: 1, identity, sha256, terms, offsets, decisions: { [VPC]: 'count' }, isStored: false });
    expect(await registry().findPlan(identity, sha256)).toEqual(plan);
  });

  it('keeps an account that the key did not say as unknown', async () => {
    await registry().grantPlan(proposal({ terms: { ...TERMS, account: undefined } }), NOON);
    expect((await registry().findPlan('a.log.gz', ''))?.terms.account).toBeUndefined();
  });

  it.each<[string, Partial<Proposal>, boolean, string]>([
    ['the same object, unfinished', {}, false, 'existing'],
    ['the same object, stored', {}, true, 'duplicate'],
    ['the same content under another name, unfinished', { identity: 'copy.gz' }, false, 'existing'],
    ['the same content under another name, stored', { identity: 'copy.gz' }, true, 'duplicate'],
    ['another content under the same name, unfinished', { sha256: B }, false, 'conflict'],
    ['another content under the same name, stored', { sha256: B }, true, 'conflict'],
    ['another object', { identity: 'b.log.gz', sha256: B }, true, 'granted'],
  ])('answers to %s', async (_case, changes, isStored, outcome) => {
    const first = await registry().grantPlan(proposal(), NOON);
    const { plan } = first as { plan: { id: number } };
    if (isStored) {
      await stored(plan.id);
    }
    const other = { terms: { ...TERMS, topK: 3 }, offsets: [99] };
    const answer = (await registry().grantPlan(proposal({ ...other, ...changes }), NOON)) as typeof first & object;
    expect(answer.outcome).toBe(outcome);
    if (outcome !== 'granted') {
      expect(answer).toMatchObject({ plan: { ...plan, isStored } });
    }
  });

  it('prefers the object of that name when name and content belong to two', async () => {
    await registry().grantPlan(proposal(), NOON);
    await registry().grantPlan(proposal({ identity: 'b.log.gz', sha256: B }), NOON);
    expect(await registry().grantPlan(proposal({ sha256: B }), NOON)).toMatchObject({
      outcome: 'conflict',
      plan: { identity: 'a.log.gz' },
    });
  });

  it('notes what the object names: entities, exporters, hours and the flow log', async () => {
    const place = { vpc: 'vpc-1', subnet: '-', instance: '-', account: '111122223333' };
    const entities = [{ kind: 'vpc' as const, id: 'vpc-1', ...place }];
    const flowLog = { id: 'fl-1', account: '111122223333', region: 'eu-west-1', columns: ['start'] };
    await registry().grantPlan(proposal({ entities, flowLog }), NOON);
    expect(await registry().listEntities()).toMatchObject([{ id: 'vpc-1', inStore: false }]);
    expect(await registry().decideExporters([VPC], 0)).toEqual({ [VPC]: 'count' });
    expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON }]);
    expect(await registry().flowLogRegions()).toEqual(['eu-west-1']);
  });

  it('notes nothing of a proposal it does not grant', async () => {
    const wanted = proposal({ exporters: [exporter(VPC), exporter('1/vpc-2', 'drop')] });
    expect(await registry().grantPlan(wanted, NOON)).toEqual({ outcome: 'changed' });
    expect(await registry().findPlan(wanted.identity, wanted.sha256)).toBeUndefined();
    expect(await registry().dirtyHours()).toEqual([]);
    expect(await registry().decideExporters([VPC], 0)).toEqual({ [VPC]: 'overflow' });
  });
});

describe('the limit of exporters', () => {
  const ids = Array.from({ length: DEFAULT_MAX_EXPORTERS + 2 }, (_, i) => `1/vpc-${i}`);
  const full = (decision: (i: number) => 'count' | 'overflow') =>
    proposal({ exporters: ids.map((id, i) => exporter(id, decision(i))) });

  it('counts those beyond it as overflow, and says so before anything is written', async () => {
    expect(
      await registry().grantPlan(
        full(() => 'count'),
        NOON
      )
    ).toEqual({ outcome: 'changed' });
    const decisions = await registry().decideExporters(ids);
    expect(Object.values(decisions).filter((decision) => decision === 'overflow')).toHaveLength(2);
    expect(
      await registry().grantPlan(
        full((i) => decisions[ids[i]] as 'count'),
        NOON
      )
    ).toMatchObject({
      outcome: 'granted',
      plan: { decisions },
    });
  });

  it('leaves those already known as they are', async () => {
    await registry().grantPlan(
      full((i) => (i < DEFAULT_MAX_EXPORTERS ? 'count' : 'overflow')),
      NOON
    );
    expect(await registry().decideExporters([ids[0], ids[501], 'new/vpc'])).toEqual({
      [ids[0]]: 'count',
      [ids[501]]: 'overflow',
      'new/vpc': 'overflow',
    });
  });
});

describe('objectStored', () => {
  it('tells the first time from later ones', async () => {
    const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: { id: number } };
    expect([await stored(plan.id), await stored(plan.id)]).toEqual([true, false]);
    expect((await registry().findPlan('a.log.gz', ''))?.isStored).toBe(true);
  });

  it('marks the hours dirty again: a recomputation since the grant has missed the points', async () => {
    const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: { id: number } };
    const [before] = await registry().dirtyHours();
    await stored(plan.id, { hours: [NOON] });
    await registry().hourRecomputed(before);
    expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON }]);
  });
});
