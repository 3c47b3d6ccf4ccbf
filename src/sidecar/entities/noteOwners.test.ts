import { parseFacts } from '../registry/ownerFacts';
import { LAPSE_SECONDS } from '../registry/ownerRegions';
import type { OwnerFact } from '../rollup/owners/facts';
import { NOON } from '../testing/reference/rollUp';
import { registryForTests } from '../testing/registry';
import { noteOwners } from './noteOwners';
import type { InterfaceStatement, SeenOwners } from './ownerFacts';

const registry = registryForTests();

const SYNC = 300;
const eni = (name: string, changes: Partial<InterfaceStatement> = {}): InterfaceStatement => ({
  ...{ kind: 'interface', interface: name, vpc: 'vpc-1', subnet: 'subnet-1', instance: '-', account: '111122223333' },
  ...{ zone: 'euw1-az1', passes: 'no', ...changes },
});
const address = (name: string, owner: string) => ({
  ...{ kind: 'address' as const, vpc: 'vpc-1', address: name, interface: owner },
});

/** A reading that began then and took two seconds. */
async function read(began: number, seen: Partial<SeenOwners>): Promise<void> {
  const region = await registry().askOwnerRegion('shop', 'eu-west-1', began);
  await noteOwners(registry(), region, { addresses: [], interfaces: [], vpcs: [], began, ended: began + 2, ...seen });
}

let version = NOON;
/** The facts of a kind by now: what, from and until. */
async function facts(kind: OwnerFact['kind']): Promise<unknown[]> {
  const page = await registry().ownerFacts(await registry().ownerVersion((version += 60)), 0, 100_000);
  return [...parseFacts(page!)]
    .filter((fact) => fact.kind === kind)
    .map((fact) => {
      const what =
        fact.kind === 'address'
          ? [fact.address, fact.interface]
          : fact.kind === 'interface'
            ? [fact.interface, fact.instance, fact.zone]
            : fact.kind === 'vpc'
              ? [fact.vpc, fact.cidr]
              : [];
      return [...what, fact.since, ...(fact.until === undefined ? [] : [fact.until])];
    });
}

describe('an address', () => {
  it('that is seen first holds since its interface was attached, else from then on', async () => {
    const interfaces = [eni('eni-1', { attached: 1000 }), eni('eni-2')];
    await read(NOON, { interfaces, addresses: [address('10.0.0.1', 'eni-1'), address('10.0.0.2', 'eni-2')] });
    expect(await facts('address')).toEqual([
      ['10.0.0.1', 'eni-1', 1000],
      ['10.0.0.2', 'eni-2', NOON],
    ]);
  });

  it('that a known interface gets holds from then on', async () => {
    const interfaces = [eni('eni-1', { attached: 1000 })];
    await read(NOON, { interfaces, addresses: [address('10.0.0.1', 'eni-1')] });
    await read(NOON + SYNC, { interfaces, addresses: [address('10.0.0.1', 'eni-1'), address('10.0.0.7', 'eni-1')] });
    expect(await facts('address')).toEqual([
      ['10.0.0.1', 'eni-1', 1000],
      ['10.0.0.7', 'eni-1', NOON + SYNC],
    ]);
  });

  it('is nobody’s between the last sight of one owner and the attachment of the next', async () => {
    await read(NOON, { interfaces: [eni('eni-1', { attached: 1000 })], addresses: [address('10.0.0.1', 'eni-1')] });
    await read(NOON + SYNC, {
      interfaces: [eni('eni-2', { attached: NOON + 200 })],
      addresses: [address('10.0.0.1', 'eni-2')],
    });
    expect(await facts('address')).toEqual([
      ['10.0.0.1', 'eni-1', 1000, NOON],
      ['10.0.0.1', 'eni-2', NOON + 200],
    ]);
  });

  it('that moves to a known interface is nobody’s until it is seen there', async () => {
    const interfaces = [eni('eni-1', { attached: 1000 }), eni('eni-2', { attached: 1000 })];
    await read(NOON, { interfaces, addresses: [address('10.0.0.9', 'eni-1')] });
    await read(NOON + SYNC, { interfaces, addresses: [address('10.0.0.9', 'eni-2')] });
    expect(await facts('address')).toEqual([
      ['10.0.0.9', 'eni-1', 1000, NOON],
      ['10.0.0.9', 'eni-2', NOON + SYNC],
    ]);
  });

  it('changes nothing while it stays, so that no new version is made', async () => {
    const same = { interfaces: [eni('eni-1')], addresses: [address('10.0.0.1', 'eni-1')] };
    await read(NOON, { ...same, vpcs: [{ kind: 'vpc', vpc: 'vpc-1', cidr: '10.0.0.0/16' }] });
    await facts('address');
    const before = await registry().newestOwnerVersion();
    await read(NOON + SYNC, { ...same, vpcs: [{ kind: 'vpc', vpc: 'vpc-1', cidr: '10.0.0.0/16' }] });
    await facts('address');
    expect(await registry().newestOwnerVersion()).toBe(before);
  });

  it('goes on as if nothing had been when its region could not be read for long and it is still there', async () => {
    const same = { interfaces: [eni('eni-1', { attached: 1000 })], addresses: [address('10.0.0.1', 'eni-1')] };
    await read(NOON, same);
    await registry().lapseOwners(NOON + LAPSE_SECONDS);
    expect(await facts('address')).toEqual([['10.0.0.1', 'eni-1', 1000, NOON]]);
    await read(NOON + 9000, same);
    expect(await facts('address')).toEqual([['10.0.0.1', 'eni-1', 1000]]);
  });

  it('that is gone after such a time ended with the last reading', async () => {
    await read(NOON, { interfaces: [eni('eni-1')], addresses: [address('10.0.0.1', 'eni-1')] });
    await registry().lapseOwners(NOON + LAPSE_SECONDS);
    await read(NOON + 9000, { interfaces: [eni('eni-1')] });
    await read(NOON + 9300, { interfaces: [eni('eni-1')], addresses: [address('10.0.0.1', 'eni-1')] });
    expect(await facts('address')).toEqual([['10.0.0.1', 'eni-1', NOON + 9300]]);
  });
});

describe('an interface', () => {
  it('holds since its attachment, or ever, to its last minute', async () => {
    await read(NOON, { interfaces: [eni('eni-1', { instance: 'i-1', attached: 1000 }), eni('eni-2')] });
    await read(NOON + SYNC, {});
    expect(await facts('interface')).toEqual([
      ['eni-1', 'i-1', 'euw1-az1', 1000, NOON + SYNC + 2],
      ['eni-2', '-', 'euw1-az1', 0, NOON + SYNC + 2],
    ]);
  });

  it('that EC2 left out once holds on', async () => {
    const interfaces = [eni('eni-1', { instance: 'i-1', attached: 1000 })];
    await read(NOON, { interfaces });
    await read(NOON + SYNC, {});
    await read(NOON + 2 * SYNC, { interfaces });
    expect(await facts('interface')).toEqual([['eni-1', 'i-1', 'euw1-az1', 1000]]);
  });

  it('changes its instance when it is attached to another one, and has none from when that is seen', async () => {
    await read(NOON, { interfaces: [eni('eni-1', { instance: 'i-1', attached: 1000 })] });
    await read(NOON + SYNC, { interfaces: [eni('eni-1', { instance: 'i-2', attached: NOON + 100 })] });
    await read(NOON + 2 * SYNC, { interfaces: [eni('eni-1')] });
    expect(await facts('interface')).toEqual([
      ['eni-1', 'i-1', 'euw1-az1', 1000, NOON + 100],
      ['eni-1', 'i-2', 'euw1-az1', NOON + 100, NOON + 2 * SYNC],
      ['eni-1', '-', 'euw1-az1', NOON + 2 * SYNC],
    ]);
  });

  it('was always in the zone that is known later, and stays there when subnets are denied', async () => {
    await read(NOON, { interfaces: [eni('eni-1', { attached: 1000, zone: '-' })] });
    await read(NOON + SYNC, { interfaces: [eni('eni-1', { attached: 1000 })] });
    await read(NOON + 2 * SYNC, { interfaces: [eni('eni-1', { attached: 1000, zone: '-' })] });
    expect(await facts('interface')).toEqual([['eni-1', '-', 'euw1-az1', 1000]]);
  });
});

it('a VPC seen by the first reading has its CIDRs ever; a later one since the reading before', async () => {
  const vpc = (name: string, cidr: string) => ({ kind: 'vpc' as const, vpc: name, cidr });
  await read(NOON, { vpcs: [vpc('vpc-1', '10.0.0.0/16')] });
  await read(NOON + SYNC, { vpcs: [vpc('vpc-1', '10.0.0.0/16'), vpc('vpc-2', '10.0.0.0/16')] });
  await read(NOON + 2 * SYNC, { vpcs: [vpc('vpc-2', '10.0.0.0/16')] });
  expect(await facts('vpc')).toEqual([
    ['vpc-2', '10.0.0.0/16', NOON],
    ['vpc-1', '10.0.0.0/16', 0, NOON + 2 * SYNC + 2],
  ]);
});

it('what was not read to the end is not taken to be gone, and counts as no reading', async () => {
  await read(NOON, {
    interfaces: [eni('eni-1')],
    addresses: [address('10.0.0.1', 'eni-1')],
    vpcs: [{ kind: 'vpc', vpc: 'vpc-1', cidr: '10.0.0.0/16' }],
  });
  await read(NOON + SYNC, { interfaces: undefined, addresses: undefined, vpcs: undefined });
  expect([await facts('address'), await facts('interface'), await facts('vpc')]).toEqual([
    [['10.0.0.1', 'eni-1', NOON]],
    [['eni-1', '-', 'euw1-az1', 0]],
    [['vpc-1', '10.0.0.0/16', 0]],
  ]);
  expect(await registry().askOwnerRegion('shop', 'eu-west-1', NOON)).toMatchObject({ lastRead: NOON });
});

it('two processes that read at the same time note it once', async () => {
  const before = await registry().askOwnerRegion('shop', 'eu-west-1', NOON);
  const seen = { interfaces: [eni('eni-1')], addresses: [address('10.0.0.1', 'eni-1')], began: NOON, ended: NOON };
  await Promise.all([noteOwners(registry(), before, seen), noteOwners(registry(), before, seen)]);
  expect(await facts('address')).toEqual([['10.0.0.1', 'eni-1', NOON]]);
  expect(await facts('interface')).toEqual([['eni-1', '-', 'euw1-az1', 0]]);
});

it('a process that ended in the middle of the first reading leaves no address without its attachment', async () => {
  const names = Array.from({ length: 700 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const seen = {
    interfaces: [eni('eni-1', { attached: 1000 })],
    addresses: names.map((name) => address(name, 'eni-1')),
  };
  const before = await registry().askOwnerRegion('shop', 'eu-west-1', NOON);
  let batches = 0;
  const dying = {
    ...registry(),
    changeOwnerFacts: (...args: Parameters<ReturnType<typeof registry>['changeOwnerFacts']>) =>
      batches++ === 1 ? Promise.reject(new Error('killed')) : registry().changeOwnerFacts(...args),
  };
  await expect(noteOwners(dying, before, { ...seen, began: NOON, ended: NOON })).rejects.toThrow('killed');
  await read(NOON + SYNC, seen);
  expect(await facts('address')).toEqual(names.map((name) => [name, 'eni-1', 1000]));
});
