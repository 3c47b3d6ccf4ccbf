import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { objectWith } from '../../testing/collector';
import { inlineDecoder } from '../../testing/inlineDecoder';
import { registryForTests } from '../../testing/registry';
import { DecodeFailed, type Decoder } from '../decode/decoder';
import { ExporterDecisions } from './exporterDecisions';
import type { CollectableObject } from './object';
import { OwnerVersions } from './ownerVersions';
import { readObject, type RolledUp } from './readObject';

const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
const now = () => NOW;
/** The hour before the last one that has ended. */
const HOUR = NOW - (NOW % 3600) - 7200;
const COLUMNS = 'account-id interface-id vpc-id bytes packets start action log-status';
const NAME = '111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260303T1200Z_00000000.log.gz';
const record = (number: number, start: number) => `111122223333 eni-${number} vpc-${number} 10 1 ${start} ACCEPT OK`;
const BODY = gzipSync([COLUMNS, record(1, HOUR), record(2, HOUR + 3600), ''].join('\n'));

/** Reads an object that has no plan. */
const read = (object: CollectableObject, decode: Decoder['decode'] = inlineDecoder.decode.bind(inlineDecoder)) =>
  readObject(
    object,
    undefined,
    {
      ...{ now, exporters: new ExporterDecisions(registry(), now), owners: new OwnerVersions(registry(), now) },
      decoder: { decode, close: () => Promise.resolve() },
    },
    { acquire: () => Promise.resolve([5, 6, 7, 8]) },
    { add: () => undefined }
  );

/** An object whose bytes come like that; `isClosed`: whether nothing of them is left open. */
function objectFrom(body: () => AsyncGenerator<Uint8Array>) {
  const state = { isClosed: false };
  async function* watched() {
    try {
      yield* body();
    } finally {
      state.isClosed = true;
    }
  }
  const object = { ...objectWith(BODY, 'a.log.gz'), open: () => Promise.resolve(watched()) };
  return { object, state };
}

describe('what an object asks its plan for', () => {
  it('is every hour and identifier of it, and an offset for each part', async () => {
    const { proposal, acquiredOffsets } = (await read(objectWith(BODY, 'a.log.gz'), async (...asked) => {
      const decoded = await inlineDecoder.decode(...asked);
      return decoded.refusal ? decoded : { ...decoded, summary: { ...decoded.summary, parts: 3 } };
    })) as RolledUp;
    const sha256 = createHash('sha256').update(BODY).digest('hex');
    expect(proposal).toMatchObject({ identity: `sha256:${sha256}`, sha256, size: BODY.length, offsets: [5, 6, 7] });
    expect([...proposal.hours].sort()).toEqual([HOUR, HOUR + 3600]);
    expect(new Set(proposal.entities.map(({ id }) => id))).toEqual(
      new Set(['eni-1', 'eni-2', 'vpc-1', 'vpc-2', '111122223333'])
    );
    expect(proposal.exporters.map(({ id }) => id).sort()).toEqual(['111122223333/vpc-1', '111122223333/vpc-2']);
    expect(proposal.flowLog).toBeUndefined();
    expect(acquiredOffsets).toEqual([5, 6, 7, 8]);
  });

  it('has the name that AWS gave it as its identity, and says of which flow log it is', async () => {
    const { proposal } = (await read(objectWith(BODY, `a/${NAME}`))) as RolledUp;
    expect(proposal.identity).toBe(NAME);
    expect(proposal.flowLog).toEqual({
      ...{ id: 'fl-0a1b2c3d', account: '111122223333', region: 'eu-west-1' },
      columns: COLUMNS.split(' '),
    });
  });
});

describe('an object', () => {
  it.each([true, false])('is damaged only if all its bytes came: %s', async (isWhole) => {
    const { object, state } = objectFrom(async function* () {
      yield await Promise.resolve(Buffer.from('This is no gzip, as its first bytes show.'));
      yield BODY;
      yield BODY;
      if (!isWhole) {
        throw new Error('The connection was cut.');
      }
    });
    const outcome: unknown = await read(object).catch((error: unknown) => error);
    expect(outcome).toMatchObject(
      isWhole ? { outcome: { state: 'quarantined', reason: 'not-gzip' } } : { message: 'The connection was cut.' }
    );
    expect(state.isClosed).toBe(true);
  });

  it('is closed when it is not read to its end', async () => {
    const { object, state } = objectFrom(async function* () {
      yield await Promise.resolve(BODY);
      yield BODY;
    });
    const result = await read(object, async (body) => {
      await body[Symbol.asyncIterator]().next();
      return { refusal: { reason: 'no-header', message: 'It ends here.' } };
    });
    expect(result.outcome).toMatchObject({ state: 'not-collected', reason: 'no-header' });
    expect(state.isClosed).toBe(true);
  });

  it('that could not be decoded stays where it is, and says why', async () => {
    const { outcome } = await read(objectWith(BODY, 'a.log.gz'), () =>
      Promise.reject(new DecodeFailed('The thread ended.'))
    );
    expect(outcome).toMatchObject({
      ...{ state: 'refused', reason: 'not-decoded' },
      message: 'It could not be decoded: The thread ended. It stays where it is and is tried again.',
    });
  });

  it('whose decoding fails otherwise is no matter of the object', async () => {
    const failing = read(objectWith(BODY, 'a.log.gz'), () => Promise.reject(new Error('The disk is full.')));
    await expect(failing).rejects.toThrow('The disk is full.');
  });
});
