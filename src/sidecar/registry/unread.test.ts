import { hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';

const registry = registryForTests();

it('the lines of an object that could not be counted are kept to the byte, under its header, in their order', async () => {
  const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: { id: number } };
  const storeId = await registry().fillStore(undefined, undefined, NOON);
  // Each character stands for one byte.
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i).filter((code) => code !== 0x0a));
  const lines = ['2 x', bytes, '', '2 x'].map((line) => ({ reason: 'field-count', line }));
  const entry = { sourceId: 'src-1', key: 'k', etag: 'e', size: 1, state: 'stored' as const, planId: plan.id };
  const unread = { header: 'version st\u00e4rt', lines };
  await registry().recordStored({ planId: plan.id, storeId, hours: [], exporters: {}, entry, unread }, NOON);
  const [{ id, lines: count, bytes: size, quotes }] = await registry().listUnread();
  const kept = Buffer.from((await registry().readUnread(id))!);
  expect(kept.toString('latin1')).toBe(`version st\u00e4rt\n2 x\n${bytes}\n\n2 x\n`);
  expect([count, size]).toEqual([4, 4 + 256 + 1 + 4]);
  expect(quotes).toHaveLength(3);
  expect(quotes[1].line.length).toBeLessThan(bytes.length);
});

it('what is kept of one object takes nothing from what is kept of another', async () => {
  const storeId = await registry().fillStore(undefined, undefined, NOON);
  for (const name of ['a', 'b']) {
    const granted = await registry().grantPlan(proposal({ identity: name, sha256: hashOf(name) }), NOON);
    const { id: planId } = (granted as { plan: { id: number } }).plan;
    const entry = { sourceId: 'src-1', key: name, etag: 'e', size: 1, state: 'stored' as const, planId };
    const unread = { header: 'start', lines: [{ reason: 'no-number', line: name }] };
    await registry().recordStored({ planId, storeId, hours: [], exporters: {}, entry, unread }, NOON);
  }
  const kept = await Promise.all((await registry().listUnread()).map(({ id }) => registry().readUnread(id)));
  expect(kept.map((content) => Buffer.from(content!).toString())).toEqual(['start\nb\n', 'start\na\n']);
});
