import { regionLine, syncOutcome } from './summary';
import type { RegionSync } from './sync';

const count = { found: 2, named: 1 };
const WHERE = { account: 'shop', region: 'eu-west-1' };
const ALL: RegionSync = { ...WHERE, kinds: { interface: count, vpc: count } };
const PART: RegionSync = { ...WHERE, kinds: { vpc: count }, error: 'ec2:DescribeInstances is denied.' };
const NONE: RegionSync = { ...WHERE, kinds: { account: count }, error: 'All is denied.' };

describe('what is said of a sync', () => {
  it.each([
    ['all was read', ALL, 'shop, eu-west-1: 2 interfaces, 2 VPCs'],
    ['a call was denied', PART, 'shop, eu-west-1: 2 VPCs. ec2:DescribeInstances is denied.'],
    ['every call was denied', NONE, 'shop, eu-west-1: All is denied.'],
  ])('of a region, when %s', (_case, region, line) => {
    expect(regionLine(region)).toBe(line);
  });

  it.each([
    ['all was read', [ALL, ALL], 'AWS entities synced! 4 interfaces, 4 VPCs, 1.0 s'],
    ['a call was denied', [ALL, PART], '1 of 2 syncs did not read all names: ec2:DescribeInstances is denied.'],
    ['a region was not read', [ALL, PART, NONE], '1 of 3 syncs failed: All is denied.'],
    ['there was none', [], 'No region to sync: add a source or an account.'],
  ])('as a whole, when %s', (_case, regions, outcome) => {
    const ok = regions.length > 0 && regions.every(({ error }) => error === undefined);
    expect(syncOutcome({ ok, regions, seconds: 1 })).toBe(outcome);
  });
});
