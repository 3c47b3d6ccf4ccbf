import { once } from 'node:events';
import { World } from '../testing/world';

const world = World.forTests();

describe('flowscope serve', () => {
  it('tells how collection stands only once it knows its sources', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    const where = ['--bucket', bucket, '--region', 'eu-west-1'];
    await flowscope.ok('source', 'add', 'prod', ...where, '--delete-after-collecting');
    const served = flowscope.start('serve');
    // The database is made while it starts.
    const points = () =>
      flowscope.query('SELECT "sources", "source" FROM "minute"."collection"').catch((error: Error) => {
        expect(error.message).toMatch(/not found/);
        return [];
      });
    while ((await points()).length === 0) {
      expect(served.exitCode).toBeNull();
    }
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(await points()).toEqual([expect.objectContaining({ sources: 1, source: 'prod' })]);
  });
});
