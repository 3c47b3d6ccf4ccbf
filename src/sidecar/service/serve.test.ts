import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { REGION, World } from '../testing/world';

const world = World.forTests();

const RECORD = `111122223333 eni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK`;
const OBJECT = gzipSync(`account-id interface-id bytes packets start action log-status\n${RECORD}\n`);

const stops: Array<() => void> = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

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

  it('goes on with other sources while one that was disabled still hangs', async () => {
    const flowscope = world.deployment();
    const hanging = await startHangingS3();
    const add = ['source', 'add', '--region', REGION, '--delete-after-collecting', '--bucket'];
    await flowscope.ok(...add, 'hanging', 'hangs', '--endpoint', hanging.url, '--path-style');
    const served = flowscope.start('serve');
    await hanging.asked;
    await flowscope.ok('source', 'disable', 'hangs');
    const bucket = await world.bucket();
    await world.put(bucket, '1.log.gz', OBJECT);
    await flowscope.ok(...add, bucket, 'next');
    while ((await world.keys(bucket)).length > 0) {
      expect(served.exitCode).toBeNull();
    }
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    hanging.stop();
    expect(await exit).toEqual([0, null]);
  });
});

/** An S3 that lists one object, which never comes. `asked`: it was asked for. */
async function startHangingS3() {
  const asked = Promise.withResolvers<void>();
  const object = '<Key>1.log.gz</Key><Size>100</Size><ETag>"1"</ETag><LastModified>2026-11-01T00:00:00Z</LastModified>';
  const listing = `<ListBucketResult><IsTruncated>false</IsTruncated><Contents>${object}</Contents></ListBucketResult>`;
  const server = createServer(({ url = '' }, response) => {
    if (url.includes('list-type=2')) {
      response.end(listing);
    } else {
      asked.resolve();
    }
  });
  stops.push(() => server.close().closeAllConnections());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: asked.promise, stop: stops.at(-1)! };
}
