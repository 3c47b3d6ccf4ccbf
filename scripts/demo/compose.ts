/**
 * The demo of docker-compose.yml: makes a company in the local AWS, tells Flowscope of it, and has flow logs arrive every minute.
 * FLOWSCOPE_DEMO_AWS_URL names the local AWS, FLOWSCOPE_DEMO_CONFIG the file for the AWS SDK of the sidecar, which is written once
 * all is there; FLOWSCOPE_DATA_DIR and FLOWSCOPE_INFLUX_… are the sidecar's.
 */
import { existsSync, mkdtempSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REGISTRY_FILE } from '../../src/sidecar/registry/database';
import { readSecretFiles } from '../../src/sidecar/service/secretFiles';
import { Flowscope } from '../lib/flowscope';
import { ServiceError } from '../lib/processes';
import { runScript } from '../lib/script';
import { addSources, createCloud, generateArgs, isKnown, type Cloud } from './cloud';
import { deliverEveryMinute, lastMinute, minuteStart } from './deliveries';

const SEED = 7;
/** As in `npm run demo`: twice what reports show. */
const MINUTES = 370;

runScript(async () => {
  readSecretFiles(process.env);
  const motoUrl = setting('FLOWSCOPE_DEMO_AWS_URL');
  const configFile = setting('FLOWSCOPE_DEMO_CONFIG');
  const admin = { username: setting('FLOWSCOPE_INFLUX_USERNAME'), password: setting('FLOWSCOPE_INFLUX_PASSWORD') };
  const influx = { url: setting('FLOWSCOPE_INFLUX_URL'), admin };
  await rm(configFile, { force: true });
  // What a former start has left there: the company would be made twice.
  await fetch(`${motoUrl}/moto-api/reset`, { method: 'POST' });
  const cloud = await createCloud({ dir: mkdtempSync(join(tmpdir(), 'flowscope-demo-')), influx, motoUrl, seed: SEED });
  const dataDirectory = setting('FLOWSCOPE_DATA_DIR');
  const flowscope = new Flowscope({ ...cloud.env, FLOWSCOPE_DATA_DIR: dataDirectory });
  const from = lastMinute();
  await flowscope.run(generateArgs(cloud, { seed: SEED, minutes: MINUTES, end: minuteStart(from) }));
  if (!existsSync(join(dataDirectory, REGISTRY_FILE)) || !(await isKnown(flowscope))) {
    // The sidecar learns of the local AWS from a file, in which it does not look for what S3 it is.
    await addSources(flowscope, cloud, ['--path-style']);
  }
  await writeFile(`${configFile}.new`, awsConfig(cloud, motoUrl));
  await rename(`${configFile}.new`, configFile);
  const onDelivered = ({ objects, records }: { objects: number; records: number }) =>
    void process.stdout.write(`${objects} objects with ${records} records arrive\n`);
  return deliverEveryMinute(flowscope, cloud, { seed: SEED, from, onDelivered });
});

function setting(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new ServiceError(`${name} is not set: docker-compose.yml sets it for the service demo`);
  }
  return value;
}

/** What the AWS SDK reads in its file of settings: where the local AWS is, and keys of the account with the bucket. */
function awsConfig({ env }: Cloud, motoUrl: string): string {
  return [
    '[default]',
    `endpoint_url = ${motoUrl}`,
    `region = ${env.AWS_REGION}`,
    `aws_access_key_id = ${env.AWS_ACCESS_KEY_ID}`,
    `aws_secret_access_key = ${env.AWS_SECRET_ACCESS_KEY}`,
    `aws_session_token = ${env.AWS_SESSION_TOKEN}`,
    '',
  ].join('\n');
}
