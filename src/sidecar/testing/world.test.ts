import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGION, World, type Deployment } from './world';

const world = World.forTests();

/** The only source, without what is never the same. */
async function sourceOf(flowscope: Deployment): Promise<object> {
  const [{ id: _, created: __, ...source }] = JSON.parse(await flowscope.ok('source', 'list', '--json')) as [
    Record<string, unknown>,
  ];
  return source;
}

describe('what tests do in their own process is what the command does', () => {
  it('adding a source', async () => {
    const [by, without] = [world.deployment(), world.deployment()];
    const bucket = await world.bucket();
    const where = ['--bucket', bucket, '--region', REGION, '--prefix', '/prod', '--poll-seconds', '10'];
    await by.ok('source', 'add', 'a', ...where, '--delete-after-collecting');
    await without.addSource(bucket, { prefix: '/prod', pollSeconds: 10 });
    expect(await sourceOf(without)).toEqual(await sourceOf(by));
  });

  it('generating flow logs, into a bucket and into a folder', async () => {
    const logs = { seed: 5, minutes: 10, interfaces: 4, end: '2026-03-02T12:00:00Z' };
    const bucket = await world.bucket();
    const file = join(world.folder, 'truth.json');
    const options = ['--seed', '5', '--minutes', '10', '--interfaces', '4', '--end', logs.end, '--truth', file];
    await world.deployment().ok('generate', '--out', `s3://${bucket}`, ...options);
    const truth = JSON.parse(readFileSync(file, 'utf8')) as unknown;

    const other = await world.bucketWithLogs(logs);
    expect(other.truth).toEqual(truth);
    expect(await world.keys(other.bucket)).toEqual(await world.keys(bucket));
    expect(await world.generateFiles(join(world.folder, 'logs'), logs)).toEqual(truth);
  });
});
