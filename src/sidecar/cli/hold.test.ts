import { World } from '../testing/world';

const world = World.forTests();

it('holds deletion across commands, says so wherever people look, and releases it', async () => {
  const flowscope = world.deployment();
  await flowscope.addSource(await world.bucket());
  expect(await flowscope.ok('hold', '--show')).toBe(
    'Deletion is not on hold: objects are deleted once they are stored.\n'
  );
  const held =
    /^Deletion is on hold since [-0-9: ]+ UTC, by .+: the store looks odd\. Objects are collected, and wait in/m;
  expect(await flowscope.ok('hold', '--reason', 'the store looks odd')).toMatch(held);
  expect(await flowscope.ok('hold')).toMatch(held);
  expect((await flowscope.run('source', 'list')).stderr).toMatch(held);
  const once = await flowscope.run('collect', '--once');
  expect([once.code, once.stderr]).toEqual([0, expect.stringMatching(held)]);
  const { hold } = JSON.parse(await flowscope.ok('hold', '--show', '--json')) as { hold: object };
  expect(hold).toMatchObject({ reason: 'the store looks odd' });
  expect(await flowscope.ok('release')).toMatch(
    /^Deletion was on hold since .+ Stored objects are deleted with the next/
  );
  expect(await flowscope.ok('release')).toBe('Deletion is not on hold: there is nothing to release.\n');
});

it('says what is wrong with a reason', async () => {
  const { code, stderr } = await world.deployment().run('hold', '--reason', '');
  expect([code, stderr]).toEqual([1, 'flowscope: --reason: must not be empty: leave it out\n']);
});
