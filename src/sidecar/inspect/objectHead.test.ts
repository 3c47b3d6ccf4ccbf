import { gzipSync } from 'node:zlib';
import { CORPUS } from '../records/testdata/corpus';
import { NOON } from '../records/testdata/case';
import { decodeBytes } from '../testing/decodeBytes';
import { inChunks } from '../testing/collector';
import { readObjectHead } from './objectHead';

const read = (body: Buffer) => readObjectHead(inChunks(body, 64 * 1024), NOON);

const [TEXT] = CORPUS.filter(({ expected }) => 'collected' in expected && expected.collected.ok > 0);
const twice = (body: Buffer) => gzipSync(body);

describe('what the beginning of an object shows is what collecting says of it', () => {
  it.each<[string, Buffer]>([
    ...CORPUS.filter(({ expected }) => 'refused' in expected).map(({ name, body }): [string, Buffer] => [name, body]),
    ['a flow log that was gzipped twice', twice(TEXT.body)],
    ['a flow log that was gzipped three times', twice(twice(TEXT.body))],
    ['megabytes that were gzipped twice', twice(gzipSync(Buffer.alloc(3 << 20, 'x\ny')))],
    ['zip within gzip', gzipSync('PK\x03\x04\n')],
  ])('%s', async (_name, body) => {
    const { refusal } = await decodeBytes(body);
    expect(refusal).toBeDefined();
    expect((await read(body)).refusal).toEqual(refusal);
  });

  it.each(CORPUS.filter(({ expected }) => 'collected' in expected).map(({ name, body }) => [name, body] as const))(
    '%s',
    async (_name, body) => {
      expect((await read(body)).refusal).toBeUndefined();
    }
  );
});
