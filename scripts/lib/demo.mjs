/** The demo itself, on the right Node: ../demo.mjs starts it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roleArn } from './cloud.mjs';
import { createCloud } from './demoCloud.mjs';
import { whatIsLeft } from './demoLeft.mjs';
import { stayUp } from './demoLive.mjs';
import { flowscope } from './flowscope.mjs';
import { startDemoInflux } from './demoInflux.mjs';
import { ensureInflux, ensureMoto } from './install.mjs';
import { startMoto } from './moto.mjs';
import { end, endOnSignals, isEnding, ServiceError, stopAll } from './processes.mjs';
import { run } from './run.mjs';

const STEPS = 8;
const SEED = 7;
/** Twice the three hours that reports show, so that they can compare with the three hours before. */
const MINUTES = 370;
const SOURCE = 'demo';
const EXTERNAL_ID = 'flowscope-demo';
const REPORTS = [
  'action',
  'action-interface',
  'action-interface-dst',
  'action-interface-src',
  'interface',
  'pair-interface',
  'pair-interface-action',
];

const once = process.argv.includes('--once');
const dir = mkdtempSync(join(tmpdir(), 'flowscope-demo-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
// Whoever started us is gone without a word: nobody can stop us any more.
process.on('disconnect', () => end(1));
let stepTitle = '';

function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Runs a step under a header, and says how long it took. */
async function step(number, title, action) {
  stepTitle = title;
  say(`\n${number}/${STEPS} ${title}`);
  const started = Date.now();
  const result = await action();
  say(`    ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

async function main() {
  await step(1, 'Find InfluxDB and a local AWS, or install them', async () => {
    say(`    InfluxDB ${await ensureInflux()}`);
    say(`    moto     ${await ensureMoto()}`);
  });

  await step(2, 'Build the sidecar', async () => {
    if ((await run(process.execPath, ['scripts/build-sidecar.mjs'])) !== 0) {
      throw new ServiceError('The build failed: see above');
    }
  });

  const [influx, moto] = await step(3, 'Start InfluxDB and the local AWS', async () => {
    const started = await Promise.all([startDemoInflux(join(dir, 'influx')), startMoto({ dir })]);
    started.forEach(({ url }) => say(`    ${url}`));
    return started;
  });

  const cloud = await step(4, 'Create a company in the local AWS', async () => {
    const created = await createCloud({ dir, influx, motoUrl: moto.url, seed: SEED });
    const { accounts, vpcs, subnets, instances, interfaces } = created.company;
    say(
      `    ${accounts.length} accounts, ${vpcs.length} VPCs, ${subnets.length} subnets, ${instances.length} instances,`
    );
    say(
      `    ${interfaces.length} interfaces, bucket ${created.bucket}; each account has AWS's default VPC and its subnets, too`
    );
    return created;
  });
  const { env, company, bucket, region, inventoryFile } = cloud;

  const until = Math.floor(Date.now() / 60_000);
  await step(5, 'Let flow logs of six hours arrive in the bucket', () =>
    flowscope(env, [
      ...['generate', '--out', `s3://${bucket}`, '--region', region, '--inventory', inventoryFile],
      ...['--minutes', MINUTES, '--end', new Date(until * 60_000).toISOString(), '--seed', SEED],
    ])
  );

  await step(6, 'Tell Flowscope where the logs are, and whom to ask for names', async () => {
    await flowscope(env, [
      'source',
      'add',
      SOURCE,
      '--bucket',
      bucket,
      '--region',
      region,
      '--delete-after-collecting',
    ]);
    const [first, second] = company.vpcs;
    const nameOf = ({ accountId }) => company.accounts.find(({ id }) => id === accountId).name;
    const role = ['--role-arn', roleArn(second.accountId), '--external-id', EXTERNAL_ID];
    await flowscope(env, ['account', 'add', nameOf(first), '--regions', first.region]);
    await flowscope(env, ['account', 'add', nameOf(second), ...role, '--regions', second.region]);
    await flowscope(env, ['awssync']);
  });

  await step(7, 'Collect: into InfluxDB, and out of the bucket once stored', () =>
    flowscope(env, ['collect', '--once'])
  );

  await step(8, 'The seven reports', async () => {
    for (const report of REPORTS) {
      await flowscope(env, ['report', report]);
      say('');
    }
    say(
      '    Complete until: all logs came at once, just now, and AWS may add to a slot; five minutes later it counts.'
    );
  });

  say('\nWhat is left in the bucket');
  (await whatIsLeft(env, await cloud.keys())).forEach((line) => say(`    ${line}`));
  say('    These faults are made on purpose, so that you see how Flowscope tells of them, and alerts.');

  if (once) {
    say('\nDone. `npm run demo` without --once stays up, collects new logs, and opens the reports in Grafana.');
  } else {
    stepTitle = 'Stay up';
    await stayUp({ dir, influx, moto, cloud, seed: SEED, until });
  }
}

endOnSignals();
process.prependListener('SIGINT', () => say('\nStopping everything'));
try {
  await main();
} catch (error) {
  if (!isEnding()) {
    process.exitCode = 1;
    const text = error instanceof ServiceError ? error.message : error.stack;
    process.stderr.write(`\nThe demo failed at "${stepTitle}":\n${text}\n`);
  }
}
if (!isEnding()) {
  await stopAll();
  process.exit();
}
