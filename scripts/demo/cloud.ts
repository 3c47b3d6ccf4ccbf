/** The AWS of the demo: two accounts of a made-up company in moto, and the bucket for their flow logs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inventory } from '../../src/sidecar/generate/inventory';
import { Flowscope, type Args } from '../lib/flowscope';
import { createBucket, createCompany, credentialsOf, listKeys, roleArn } from './company';
import type { StoreUser } from './influx';

const BUCKET = { bucket: 'flow-logs-demo', region: 'eu-west-1' } as const;
const INTERFACES = 40;
const SOURCE = 'demo';
const EXTERNAL_ID = 'flowscope-demo';

/** A company's accounts, networks and machines in moto, and a bucket for their flow logs. */
export interface Cloud {
  readonly bucket: string;
  readonly region: string;
  readonly company: Inventory;
  /** The company as a file for `flowscope generate --inventory`. */
  readonly inventoryFile: string;
  /** The settings with which the sidecar reaches all of it. */
  readonly env: Readonly<Record<string, string>>;
  /** The keys in the bucket at this moment. */
  keys(): Promise<string[]>;
}

export interface CloudOptions {
  /** Takes the inventory and the sidecar's data. */
  readonly dir: string;
  readonly influx: { readonly url: string; readonly admin: StoreUser };
  readonly motoUrl: string;
  /** Of the made-up company. */
  readonly seed: number;
  /** The built command line. */
  readonly bundle?: string;
}

/**
 * Creates accounts, networks, machines and the bucket. Names and addresses come from `flowscope generate`, so that they are
 * defined in one place; moto gives the ids.
 */
export async function createCloud({ dir, influx, motoUrl, seed, bundle }: CloudOptions): Promise<Cloud> {
  const args = ['generate', '--print-inventory', '--interfaces', INTERFACES, '--seed', seed];
  const company = await createCompany(motoUrl, await new Flowscope({}, bundle).json<Inventory>(args));
  const inventoryFile = join(dir, 'inventory.json');
  await writeFile(inventoryFile, JSON.stringify(company));
  const credentials = await credentialsOf(motoUrl, company.vpcs[0].accountId);
  await createBucket(motoUrl, { ...BUCKET, credentials });
  return {
    ...BUCKET,
    company,
    inventoryFile,
    env: {
      FLOWSCOPE_INFLUX_URL: influx.url,
      FLOWSCOPE_INFLUX_USERNAME: influx.admin.username,
      FLOWSCOPE_INFLUX_PASSWORD: influx.admin.password,
      FLOWSCOPE_DATA_DIR: join(dir, 'flowscope'),
      AWS_ENDPOINT_URL: motoUrl,
      AWS_REGION: BUCKET.region,
      // The local AWS has enabled all regions there are, each with a default VPC.
      FLOWSCOPE_AWS_REGIONS: BUCKET.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      // Files and roles of this machine are for the real AWS.
      AWS_CONFIG_FILE: join(dir, 'no-aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(dir, 'no-aws-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    keys: () => listKeys(motoUrl, { ...BUCKET, credentials }),
  };
}

/** Whether Flowscope has been told already, by {@link addSources}. */
export async function isKnown(flowscope: Flowscope): Promise<boolean> {
  return (await flowscope.json<Array<{ name: string }>>(['source', 'list', '--json'])).some(
    ({ name }) => name === SOURCE
  );
}

/** Names of networks outside AWS: of customers, of a service that the company pays for, and of servers that everybody asks. */
const NETWORKS = [
  ['198.18.70.0/24', 'Berlin office'],
  ['198.51.100.0/24', 'Payment provider'],
  ['192.0.2.0/24', 'Public DNS and NTP'],
] as const;

/**
 * Tells Flowscope where the flow logs are, from which accounts it gets names, and what networks outside AWS are called; the second
 * account needs a role. `options`: more of `source add`.
 */
export async function addSources(
  flowscope: Flowscope,
  { bucket, region, company }: Cloud,
  options: Args = []
): Promise<void> {
  const place = ['--bucket', bucket, '--region', region];
  await flowscope.run(['source', 'add', SOURCE, ...place, '--delete-after-collecting', ...options]);
  const [first, second] = company.vpcs;
  const nameOf = ({ accountId }: { accountId: string }) => company.accounts.find(({ id }) => id === accountId)!.name;
  const role = ['--role-arn', roleArn(second.accountId), '--external-id', EXTERNAL_ID];
  await flowscope.run(['account', 'add', nameOf(first), '--regions', first.region]);
  await flowscope.run(['account', 'add', nameOf(second), ...role, '--regions', second.region]);
  for (const [cidr, name] of NETWORKS) {
    await flowscope.run(['network', 'add', cidr, name]);
  }
}

/** Flow logs of the `minutes` before `end`. */
export interface Delivery {
  readonly seed: number;
  readonly minutes: number;
  readonly end: Date;
}

/** The arguments of `flowscope generate` that make flow logs of the company arrive in the bucket. */
export function generateArgs(cloud: Cloud, { seed, minutes, end }: Delivery): Args {
  const { bucket, region, inventoryFile } = cloud;
  const place = ['--out', `s3://${bucket}`, '--region', region, '--inventory', inventoryFile];
  return ['generate', ...place, '--seed', seed, '--minutes', minutes, '--end', end.toISOString()];
}
