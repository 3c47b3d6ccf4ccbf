import type { OwnerFact } from '../../rollup/owners/facts';
import { buildOwnerTables } from '../../rollup/owners/ownerTable';
import { NOON } from '../../testing/reference/rollUp';
import { hashOf, proposal, registryForTests } from '../../testing/registry';
import { objectWith } from '../../testing/collector';
import type { Registry } from '../../registry/registry';
import type { Plan } from '../../registry/plans';
import { COVERAGE_SECONDS } from '../../registry/coverage';
import type { DecodeJob } from '../decode/decodeObject';
import { ExporterDecisions } from './exporterDecisions';
import { OwnerVersions, OwnersForgotten, readOnlyOwnerVersions } from './ownerVersions';
import { readObject } from './readObject';

const registry = registryForTests();

const MINUTE = 60;
const DAY = 86_400;
const fact = (address: string): OwnerFact => ({
  ...{ kind: 'address', vpc: 'vpc-1', address, interface: 'eni-1' },
  since: 5,
});
const tablesOf = (...addresses: string[]) =>
  buildOwnerTables(addresses.map((address, i) => ({ ...fact(address), until: undefined, id: i + 1 })));

async function note(...addresses: string[]): Promise<void> {
  const region = await registry().askOwnerRegion('shop', 'eu-west-1', time);
  const changes = addresses.map((address) => ({ begun: fact(address) }));
  await registry().changeOwnerFacts(region, changes, time);
}

let time: number;
beforeEach(() => (time = NOON));
const now = () => time;

/** A registry that counts what it is asked. */
function counted() {
  const calls: string[] = [];
  const count = <K extends 'closeCoverage' | 'lapseOwners' | 'ownerVersion' | 'ownerFacts'>(name: K): Registry[K] =>
    ((...args: never[]) => {
      calls.push(name);
      return (registry()[name] as (...args: never[]) => unknown)(...args);
    }) as never;
  const owners = new OwnerVersions(
    {
      closeCoverage: count('closeCoverage'),
      lapseOwners: count('lapseOwners'),
      ownerVersion: count('ownerVersion'),
      ownerFacts: count('ownerFacts'),
    },
    now
  );
  return { owners, calls };
}

describe('owner facts', () => {
  it('are none before anything is known', async () => {
    const owners = new OwnerVersions(registry(), now);
    expect(await owners.newest()).toBe(0);
    expect(await owners.tables(0)).toBeUndefined();
  });

  it('are asked for once a minute, however many objects ask at once, when what has ended is noted', async () => {
    await note('10.0.0.1');
    const { owners, calls } = counted();
    expect(await Promise.all([owners.newest(), owners.newest()])).toEqual([1, 1]);
    time += MINUTE - 1;
    expect(await owners.newest()).toBe(1);
    expect(calls).toEqual(['closeCoverage', 'lapseOwners', 'ownerVersion']);
    await note('10.0.0.2');
    time += 1;
    expect(await owners.newest()).toBe(2);
    // A clock that is set back must not hold them back.
    time -= DAY;
    await owners.newest();
    expect(calls.filter((name) => name === 'ownerVersion')).toHaveLength(3);
  });

  it('are asked for again after a failure', async () => {
    const failing = { ...registry(), ownerVersion: jest.fn(registry().ownerVersion) };
    failing.ownerVersion.mockRejectedValueOnce(new Error('locked'));
    const owners = new OwnerVersions(failing, now);
    await expect(owners.newest()).rejects.toThrow('locked');
    await note('10.0.0.1');
    expect(await owners.newest()).toBe(1);
  });

  it('are loaded once per version, by pages, and the last three versions are kept', async () => {
    const many = Array.from({ length: 5001 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    await note(...many);
    const { owners, calls } = counted();
    const first = await owners.newest();
    const [one, two] = await Promise.all([owners.tables(first), owners.tables(first)]);
    expect(one).toEqual(tablesOf(...many));
    expect(two).toBe(one);
    expect(calls.filter((name) => name === 'ownerFacts')).toHaveLength(2);
    for (let i = 0; i < 3; i++) {
      await note(`10.1.0.${i}`);
      time += MINUTE;
      await owners.tables(await owners.newest());
      if (i < 2) {
        expect(await owners.tables(first)).toBe(one);
      }
    }
    expect(await owners.tables(first)).toBe(one);
    time += MINUTE;
    for (const version of [2, 3, 4]) {
      await owners.tables(version);
    }
    expect(await owners.tables(first)).not.toBe(one);
  });

  it('that are kept no more are said to be', async () => {
    const owners = new OwnerVersions(registry(), now);
    await expect(owners.tables(7)).rejects.toThrow(OwnersForgotten);
    await note('10.0.0.1');
    for (let version = await owners.newest(); version < 7; version = await owners.newest()) {
      await note(`10.0.1.${version}`);
      time += MINUTE;
    }
    expect(await owners.tables(7)).toBeDefined();
  });

  it('become no version by a look that changes nothing', async () => {
    await note('10.0.0.1');
    expect(await readOnlyOwnerVersions(registry(), now).newest()).toBe(0);
    expect(await new OwnerVersions(registry(), now).newest()).toBe(1);
    expect(await readOnlyOwnerVersions(registry(), now).newest()).toBe(1);
  });

  it('say of a new version when the coverage of a silent interface ended', async () => {
    const covered = [
      { interface: 'eni-1', action: 'ACCEPT', since: NOON - 300, until: NOON, exporter: '111122223333/vpc-1' },
    ];
    await registry().noteCoverage(covered, time);
    time += 10 * MINUTE + COVERAGE_SECONDS;
    const owners = new OwnerVersions(registry(), now);
    const closed = {
      kind: 'covered',
      interface: 'eni-1',
      action: 'ACCEPT',
      since: NOON - 300,
      until: NOON + 600,
    } as const;
    expect(await owners.tables(await owners.newest())).toEqual(buildOwnerTables([{ ...closed, id: 2 } as OwnerFact]));
  });
});

describe('an object', () => {
  /** Reads an object of that name; what it is decoded by, or why it is left. */
  async function read(owners: OwnerVersions, name: string, plan?: Plan): Promise<DecodeJob | string> {
    let job: DecodeJob | undefined;
    const decode = (_body: unknown, given: DecodeJob) => {
      job = given;
      return Promise.resolve({ refusal: { reason: 'no-header', message: 'It ends here.' } } as const);
    };
    const deps = {
      ...{ owners, now, exporters: new ExporterDecisions(registry(), now) },
      decoder: { decode, close: () => Promise.resolve() },
    };
    const offsets = { acquire: () => Promise.resolve([1]) };
    const { outcome } = await readObject(objectWith(Buffer.from(name), name), plan, deps, offsets, {
      add: () => undefined,
    });
    return job ?? `${outcome!.state}: ${outcome!.message}`;
  }

  async function grant(name: string, { terms }: DecodeJob): Promise<Plan> {
    const granted = await registry().grantPlan(proposal({ identity: name, sha256: hashOf(name), terms }), time);
    expect(granted.outcome).toBe('granted');
    return (await registry().findPlan(name))!;
  }

  it('is read by the newest version, which its plan names, and again by that one after a sync in between', async () => {
    await note('10.0.0.1');
    const job = (await read(new OwnerVersions(registry(), now), 'a')) as DecodeJob;
    expect([job.terms.owners, job.owners]).toEqual([1, tablesOf('10.0.0.1')]);
    const plan = await grant('a', job);

    await note('10.0.0.2');
    time += DAY;
    const owners = new OwnerVersions(registry(), now);
    const other = (await read(owners, 'b')) as DecodeJob;
    expect([other.terms.owners, other.owners]).toEqual([2, tablesOf('10.0.0.1', '10.0.0.2')]);
    while (await registry().pruneOwners(time + DAY)) {
      // Until nothing is left to be forgotten.
    }
    const again = (await read(owners, 'a', plan)) as DecodeJob;
    expect([again.terms, again.owners]).toEqual([job.terms, job.owners]);
  });

  it('without facts when it was begun has none later', async () => {
    const plan = await grant('a', (await read(new OwnerVersions(registry(), now), 'a')) as DecodeJob);
    await note('10.0.0.1');
    const again = (await read(new OwnerVersions(registry(), now), 'a', plan)) as DecodeJob;
    expect([again.terms.owners, again.owners]).toEqual([0, undefined]);
  });

  it('whose version is gone is left where it is, with the reason', async () => {
    const plan = await grant('a', (await read(new OwnerVersions(registry(), now), 'a')) as DecodeJob);
    const lost = { ...plan, terms: { ...plan.terms, owners: 9 } };
    const outcome = await read(new OwnerVersions(registry(), now), 'a', lost);
    expect(outcome).toMatch(
      /^quarantined: The owner facts of version 9 are kept no more\. It was stored by them.*docs\/collection\.md/
    );
  });
});
