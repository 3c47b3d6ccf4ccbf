/** `npm run demo`: from nothing to reports with names, on this machine only. `-- --once` stops after the reports. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPORTS } from '../src/reports/reports';
import { addSources, createCloud, generateArgs } from './demo/cloud';
import { lastMinute, minuteStart } from './demo/deliveries';
import { startDemoInflux } from './demo/influx';
import { explainLeftovers } from './demo/leftovers';
import { stayUp } from './demo/stayUp';
import { buildSidecar } from './lib/buildSidecar';
import { Flowscope } from './lib/flowscope';
import { ensureInflux, ensureMoto } from './lib/install';
import { MACHINES_ATTACHED_AGO, startMoto } from './lib/moto';
import { isEnding } from './lib/processes';
import { messageOf, runScript } from './lib/script';

const STEPS = 8;
const SEED = 7;
/** Twice the three hours that reports show, so that they can compare with the three hours before. */
const MINUTES = 370;

const once = process.argv.includes('--once');
const dir = mkdtempSync(join(tmpdir(), 'flowscope-demo-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
let currentStep = '';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs a step under a heading, and says how long it took. */
async function step<T>(number: number, title: string, action: () => Promise<T>): Promise<T> {
  currentStep = title;
  say(`\n${number}/${STEPS} ${title}`);
  const started = Date.now();
  const result = await action();
  say(`    ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

async function main(): Promise<void> {
  await step(1, 'Find InfluxDB and a local AWS, or install them', async () => {
    say(`    InfluxDB ${await ensureInflux()}`);
    say(`    moto     ${await ensureMoto()}`);
  });

  await step(2, 'Build the sidecar', () => buildSidecar());

  const [influx, moto] = await step(3, 'Start InfluxDB and the local AWS', async () => {
    const started = await Promise.all([
      startDemoInflux(join(dir, 'influx')),
      startMoto({ dir, attachedAgo: MACHINES_ATTACHED_AGO }),
    ]);
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
  const flowscope = new Flowscope(cloud.env);

  const until = lastMinute();
  await step(5, 'Let flow logs of six hours arrive in the bucket', () =>
    flowscope.run(generateArgs(cloud, { seed: SEED, minutes: MINUTES, end: minuteStart(until) }))
  );

  await step(6, 'Tell Flowscope where the logs are, and whom to ask for names', async () => {
    await addSources(flowscope, cloud);
    await flowscope.run(['awssync']);
  });

  await step(7, 'Collect: into InfluxDB, and out of the bucket once stored', () =>
    flowscope.run(['collect', '--once'])
  );

  await step(8, 'The reports', async () => {
    for (const { name } of REPORTS) {
      await flowscope.run(['report', name]);
      say('');
    }
    say(
      '    Complete until: all logs came at once, just now, and AWS may add to a slot; five minutes later it counts.'
    );
  });

  say('\nWhat is left in the bucket');
  (await explainLeftovers(flowscope, await cloud.keys())).forEach((line) => say(`    ${line}`));
  say('    These faults are made on purpose, so that you see how Flowscope tells of them, and alerts.');

  if (once) {
    say('\nDone. `npm run demo` without --once stays up, collects new logs, and opens the reports in Grafana.');
  } else {
    currentStep = 'Stay up';
    await stayUp({ dir, influx, motoUrl: moto.url, cloud, seed: SEED, from: until });
  }
}

process.prependListener('SIGINT', () => say('\nStopping everything'));
runScript(async () => {
  try {
    await main();
    return 0;
  } catch (error) {
    if (!isEnding()) {
      process.stderr.write(`\nThe demo failed at "${currentStep}":\n${messageOf(error)}\n`);
    }
    return 1;
  }
});
