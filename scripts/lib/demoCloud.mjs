/** The demo's AWS: two accounts of a made-up company in moto, and the bucket for their flow logs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBucket, createCompany, credentialsOf, listKeys } from './cloud.mjs';
import { flowscopeJson } from './flowscope.mjs';

const BUCKET = { bucket: 'flow-logs-demo', region: 'eu-west-1' };
const INTERFACES = 40;

/**
 * Creates accounts, networks, machines and the bucket. The made-up company comes from the generator, so that names and
 * addresses are told in one place; moto gives the ids.
 * @param {{dir: string, influx: {url: string, admin: {username: string, password: string}}, motoUrl: string, seed: number}} options
 */
export async function createCloud({ dir, influx, motoUrl, seed }) {
  const madeUp = await flowscopeJson({}, ['generate', '--print-inventory', '--interfaces', INTERFACES, '--seed', seed]);
  const company = await createCompany(motoUrl, madeUp);
  const inventoryFile = join(dir, 'inventory.json');
  await writeFile(inventoryFile, JSON.stringify(company));
  const credentials = await credentialsOf(motoUrl, company.vpcs[0].accountId);
  await createBucket(motoUrl, { ...BUCKET, credentials });
  return {
    ...BUCKET,
    company,
    inventoryFile,
    /** What the sidecar needs to reach all of it. */
    env: {
      FLOWSCOPE_INFLUX_URL: influx.url,
      FLOWSCOPE_INFLUX_USERNAME: influx.admin.username,
      FLOWSCOPE_INFLUX_PASSWORD: influx.admin.password,
      FLOWSCOPE_DATA_DIR: join(dir, 'flowscope'),
      AWS_ENDPOINT_URL: motoUrl,
      AWS_REGION: BUCKET.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      // Files and roles of this machine are for the real AWS.
      AWS_CONFIG_FILE: join(dir, 'no-aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(dir, 'no-aws-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    /** The keys in the bucket at this moment. */
    keys: () => listKeys(motoUrl, { ...BUCKET, credentials }),
  };
}
