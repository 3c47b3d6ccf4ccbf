import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { SyncFailure } from '../../contract/descriptions';
import { partitionOf } from '../../contract/partitions';
import { MISSING } from '../../contract/stored';
import { accountClients, type AccountClients } from '../aws/clients';
import { AwsError, explainAwsError } from '../aws/errors';
import { REGIONS_ACTION } from '../aws/policies';
import type { Account } from '../registry/accounts';
import type { Registry } from '../registry/registry';
import type { SignIn } from '../util/signIn';

/** Accounts that are signed in to at the same time. */
const SIGN_INS_AT_ONCE = 8;

/** What the account of the own credentials is called until it is given a name. */
const OWN = 'own credentials';

/** A region of every partition that no account can switch off. Source: "Enable or disable Regions", AWS account guide. */
const FIRST_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** An account in a region that EC2 is to be asked about. */
export interface Target {
  /** What people call the account, or {@link OWN}. */
  readonly account: string;
  /** Whether people have given the account that name. */
  readonly isNamed: boolean;
  /** The id of the account, where it is known. */
  readonly accountId?: string;
  readonly region: string;
  /** Whether people have named the region, or flow logs of it were collected: the organization may have closed the others. */
  readonly isWanted: boolean;
  readonly clients: AccountClients;
  /** What failed before it could be read. */
  readonly failures: readonly SyncFailure[];
}

/** An account that could not be signed in to, and the region where that was tried. */
export type Unreachable = Pick<Target, 'account' | 'region' | 'failures'>;

/** Regions that are read for accounts without regions of their own, if somebody has named them; else all that are enabled. */
export function namedRegions(env: NodeJS.ProcessEnv = process.env): string[] {
  const listed = (env.FLOWSCOPE_AWS_REGIONS ?? '').split(',').map((region) => region.trim());
  return [...new Set(listed.filter(Boolean))];
}

/** The regions of collected flow logs, else of sources and the machine. */
export async function usualRegions(registry: Pick<Registry, 'listSources' | 'flowLogRegions'>): Promise<string[]> {
  const sources = await registry.listSources();
  const own = ownRegion();
  const seen = await registry.flowLogRegions();
  const wanted = seen.length > 0 ? seen : [...sources.map(({ region }) => region), ...(own ? [own] : [])];
  return [...new Set(wanted)].sort();
}

const ownRegion = () => process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;

/** Every account and region that is to be read, and the accounts that cannot be. `signInOf` may throw for an account. */
export async function findTargets(
  registry: Registry,
  signInOf: (account: Account) => SignIn
): Promise<Array<Target | Unreachable>> {
  const usual = await usualRegions(registry);
  const accounts = await registry.listAccounts();
  // The machine's own account is read too, unless it has been given a name, or there is nothing yet that could have one.
  const isNamed = accounts.some(({ roleArn, accessKeyId }) => roleArn === undefined && accessKeyId === undefined);
  const own = isNamed || (usual.length === 0 && namedRegions().length === 0) ? [] : [undefined];
  const all = [...own, ...accounts];
  const found: Array<Array<Target | Unreachable>> = [];
  const waiting = all.entries();
  const worker = async () => {
    for (const [i, account] of waiting) {
      found[i] = await targetsOf(account, () => (account ? signInOf(account) : {}), usual);
    }
  };
  await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, worker));
  return found.flat();
}

/** The targets of an account; undefined: that of the own credentials. */
async function targetsOf(
  known: Account | undefined,
  signIn: () => SignIn,
  usual: readonly string[]
): Promise<Array<Target | Unreachable>> {
  const account = known?.name ?? OWN;
  const home = homeRegion(known, usual);
  let clients: AccountClients;
  let accountId: string | undefined;
  try {
    clients = accountClients(home, signIn());
    accountId = await readAccountId(clients.sts(), home).catch((error: unknown) => {
      // Calls of EC2 say the same of the own credentials, if that is so: STS may be out of reach alone.
      if (known === undefined) {
        return undefined;
      }
      throw error;
    });
  } catch (error) {
    return [{ account, region: home, failures: [failureOf(error)] }];
  }
  const { regions, failures } = await regionsOf(known, clients, { home, accountId, usual });
  return regions.map((region, i) => ({
    ...{ account, isNamed: known !== undefined, accountId, region, clients },
    isWanted: usual.includes(region) || namedRegions().includes(region) || known?.regions.includes(region) === true,
    failures: i === 0 ? failures : [],
  }));
}

/** The regions of an account: those that people have named, else all that it has enabled, else the usual ones, with why. */
export async function regionsOf(
  known: Pick<Account, 'regions'> | undefined,
  clients: AccountClients,
  { home, accountId, usual }: { readonly home: string; readonly accountId?: string; readonly usual: readonly string[] }
): Promise<{ readonly regions: readonly string[]; readonly failures: readonly SyncFailure[] }> {
  const named = known && known.regions.length > 0 ? known.regions : namedRegions();
  if (named.length > 0) {
    return { regions: named, failures: [] };
  }
  const fallback = usual.length > 0 ? usual : [home];
  const ec2 = clients.ec2(home);
  try {
    const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}));
    const enabled = Regions.flatMap(({ RegionName, OptInStatus }) =>
      RegionName && OptInStatus !== 'not-opted-in' ? [RegionName] : []
    );
    // What plays EC2 may know no regions.
    return { regions: enabled.length > 0 ? enabled.sort() : fallback, failures: [] };
  } catch (error) {
    const failure = failureOf(explainAwsError(error, { action: REGIONS_ACTION, region: home, account: accountId }));
    const message = `${failure.message} Until then only ${fallback.join(', ')} can be read; or name the regions of the account.`;
    return { regions: fallback, failures: [{ ...failure, message }] };
  } finally {
    ec2.destroy();
  }
}

/** Where an account signs in, and where its regions are asked for: the machine's region if it is of the same partition. */
export function homeRegion(
  account: Pick<Account, 'regions' | 'roleArn'> | undefined,
  usual: readonly string[]
): string {
  const own = ownRegion();
  const candidates = [...(own ? [own] : []), ...usual, ...(account?.regions ?? [])];
  const partition =
    /^arn:(aws[a-z-]*):/.exec(account?.roleArn ?? '')?.[1] ?? partitionOf(account?.regions[0] ?? candidates[0] ?? '');
  return (
    candidates.find((region) => partitionOf(region) === partition) ?? FIRST_REGIONS[partition] ?? FIRST_REGIONS.aws
  );
}

/** The id of the account that these credentials belong to. Throws {@link AwsError}. */
export async function readAccountId(sts: STSClient, region: string): Promise<string> {
  try {
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    return identity.Account || MISSING;
  } catch (error) {
    throw explainAwsError(error, { action: 'sts:GetCallerIdentity', region });
  } finally {
    sts.destroy();
  }
}

/** A failure as it is told. */
export function failureOf(error: unknown): SyncFailure {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof AwsError
    ? { call: error.action, reason: error.reason, message }
    : { reason: 'other', message };
}
