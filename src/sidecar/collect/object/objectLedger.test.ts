import { AwsError, Overwritten } from '../../aws/errors';
import type { LedgerState } from '../../registry/ledger';
import { objectWith } from '../../testing/collector';
import { hashOf, proposal, registryForTests } from '../../testing/registry';
import { goneIfReplaced, isLeftAlone, isSettled, isStored, ledgerEntry, settle } from './objectLedger';

const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
const access = () => ({ registry: registry(), now: () => NOW });

/** All states, and what they say of the very object that the ledger knows. */
const STATES: Readonly<Record<LedgerState, { isStored?: true; isLeftAlone?: true; isSettled?: true }>> = {
  stored: { isStored: true },
  deleted: { isSettled: true },
  discarded: { isSettled: true },
  'not-collected': { isLeftAlone: true, isSettled: true },
  quarantined: { isLeftAlone: true, isSettled: true },
  refused: {},
  'not-read': {},
  gone: {},
};

describe.each(Object.entries(STATES))('an object that is %s', (name, expected) => {
  const state = name as LedgerState;
  const says = (etag: string) => {
    const known = { state, etag: '"1"' };
    const answers = { isStored: isStored(known, etag), isLeftAlone: isLeftAlone(known, etag) };
    return { ...answers, isSettled: isSettled(known, etag) };
  };
  const NO = { isStored: false, isLeftAlone: false, isSettled: false };

  it('is deleted, left alone or done with accordingly', () => {
    expect(says('"1"')).toEqual({ ...NO, ...expected });
  });

  it('is another one with another ETag', () => {
    expect(says('"2"')).toEqual(NO);
  });
});

it('of an object that it does not know the ledger says nothing', () => {
  expect([isStored, isLeftAlone, isSettled].map((is) => is(undefined, '"1"'))).toEqual([false, false, false]);
});

describe('what the ledger keeps', () => {
  const object = { ...objectWith(Buffer.from('x'), 'a/1.log.gz', '"1"'), modified: NOW - 60 };

  it('is that a duplicate is stored, since it waits for its deletion, too', () => {
    expect(ledgerEntry(object, { state: 'duplicate' })).toMatchObject({ state: 'stored', etag: '"1"', size: 1 });
    expect(ledgerEntry(object, { state: 'refused', reason: 'retry', message: 'Because.' })).toMatchObject({
      ...{ state: 'refused', reason: 'retry', message: 'Because.', key: 'a/1.log.gz', sourceId: 'src-1' },
    });
  });

  it('is when it arrived, of what lies in a bucket', () => {
    expect(ledgerEntry(object, { state: 'duplicate' }).delivery).toEqual({ arrived: NOW - 60, hasLongSpans: false });
    expect(ledgerEntry({ ...object, modified: undefined }, { state: 'duplicate' }).delivery).toBeUndefined();
  });

  it('is the outcome with its plan, which is returned', async () => {
    await registry().grantPlan(proposal({ identity: 'a', sha256: hashOf('a') }), NOW);
    const plan = (await registry().findPlan('a'))!;
    const outcome = { state: 'quarantined', reason: 'conflict', message: 'Other content.' } as const;
    expect(await settle(object, access(), outcome, plan)).toBe(outcome);
    const { entries } = await registry().explainObject(object.key);
    expect(entries).toMatchObject([{ ...outcome, plan: { isStored: false } }]);
  });
});

describe('an object that was overwritten', () => {
  const object = objectWith(Buffer.from('x'), 'a/1.log.gz', '"1"');
  const overwritten = () => new Overwritten(new AwsError('Overwritten', 'It was overwritten.'), '"2"');
  /** Notes what is known of its key. */
  const know = (etag: string, state: 'quarantined' | 'refused') =>
    settle({ ...object, etag }, access(), { state, reason: 'x', message: 'x' });

  it('by one that is left alone is gone', async () => {
    await know('"2"', 'quarantined');
    expect(await goneIfReplaced(object, access(), overwritten())).toEqual({ state: 'gone' });
  });

  it.each<[string, string, 'quarantined' | 'refused' | undefined]>([
    ['by one that nobody knows', '"2"', undefined],
    ['by one that is yet to be collected', '"2"', 'refused'],
    ['by another one than is left alone', '"3"', 'quarantined'],
  ])('%s failed to be read', async (_by, etag, state) => {
    if (state) {
      await know(etag, state);
    }
    const error = overwritten();
    await expect(goneIfReplaced(object, access(), error)).rejects.toBe(error);
  });

  it('is not what any other failure means', async () => {
    await know('"2"', 'quarantined');
    const error = new AwsError('AccessDenied', 'It is denied.');
    await expect(goneIfReplaced(object, access(), error)).rejects.toBe(error);
  });
});
