import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addSources, createCloud, type Cloud } from '../../scripts/demo/cloud';
import { startDemoInflux } from '../../scripts/demo/influx';
import { Flowscope, freePort, startGrafana, MACHINES_ATTACHED_AGO, startMoto, stopAll } from '../../scripts/services';
import type { WorldDescription } from './description';
import { Gate, type Key } from './gate';
import { putOddObjects, QUOTED_LINE, type OddObjects } from './oddObjects';
import { Organization } from './organization';

const SEED = 7;
/** Twice the three hours that reports show, so that they can compare with the three hours before. */
const MINUTES = 370;
const SOURCE = 'demo';

/** Grafana's own administrator, unless the environment names another one. */
const ROOT = {
  user: process.env.GRAFANA_ADMIN_USER ?? 'admin',
  password: process.env.GRAFANA_ADMIN_PASSWORD ?? 'admin',
};

const FULL: Key = { accessKeyId: 'AKIAFLOWSCOPEFULL000', secretAccessKey: `full/${randomUUID()}`, lacks: [] };
const WITHOUT_DELETE: Key = {
  ...{ accessKeyId: 'AKIAFLOWSCOPENODELET', secretAccessKey: `none/${randomUUID()}`, lacks: ['s3:DeleteObject'] },
};
const WITHOUT_SUBNETS: Key = {
  ...{ accessKeyId: 'AKIAFLOWSCOPENOSUBNE', secretAccessKey: `some/${randomUUID()}`, lacks: ['ec2:DescribeSubnets'] },
};

/** Which Grafana: one that answers already, or the folder of one to start. */
export type WhichGrafana = { readonly url: string } | { readonly home: string };

/**
 * All of Flowscope and what is around it, on free ports of loopback: a local AWS with a company in it, InfluxDB with users,
 * the sidecar with six hours of collected traffic, and an organization in Grafana in which all of it is set up.
 */
export class World {
  private constructor(
    readonly description: WorldDescription,
    private readonly end: () => Promise<void>
  ) {}

  /** Throws a ServiceError when something does not start; what was started by then ends with the process. */
  static async start(which: WhichGrafana): Promise<World> {
    const dir = mkdtempSync(join(tmpdir(), 'flowscope-e2e-'));
    process.once('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
    const grafana = grafanaUrl(which, dir);
    grafana.catch(() => undefined);
    const [influx, moto] = await Promise.all([
      startDemoInflux(join(dir, 'influx')),
      startMoto({ dir, attachedAgo: MACHINES_ATTACHED_AGO }),
    ]);
    const gate = await Gate.start(moto.url, [FULL, WITHOUT_DELETE, WITHOUT_SUBNETS]);
    const cloud = await createCloud({ dir, influx, motoUrl: moto.url, seed: SEED });
    const env = { ...cloud.env, AWS_ENDPOINT_URL: gate.url, FLOWSCOPE_TOKEN: randomUUID() };
    const { damaged, quoted } = await collectTraffic(env, cloud, moto.url);
    const { url } = await new Flowscope(env).serve({ logFile: join(dir, 'serve.log') });
    const newcomer = { FLOWSCOPE_DATA_DIR: join(dir, 'newcomer'), FLOWSCOPE_INFLUX_DATABASE: 'newcomer' };
    const newcomerLog = { logFile: join(dir, 'newcomer.log') };
    const { url: newcomerUrl } = await new Flowscope({ ...env, ...newcomer }).serve(newcomerLog);
    const sidecar = { url, token: env.FLOWSCOPE_TOKEN, nobodyUrl: `http://127.0.0.1:${await freePort()}` };

    const organization = await Organization.create(await grafana, ROOT);
    await organization.connect(sidecar);
    await organization.addReports({ url: influx.url, reader: influx.reader });
    const named = cloud.company.interfaces.find(({ name }) => name !== undefined)!;
    const description: WorldDescription = {
      grafanaUrl: await grafana,
      root: ROOT,
      admin: organization.admin,
      viewer: await organization.addViewer(),
      sidecar,
      newcomer: { url: newcomerUrl, token: env.FLOWSCOPE_TOKEN },
      influx: { url: influx.url, reader: influx.reader, admin: influx.admin },
      awsUrl: moto.url,
      keys: { full: FULL, withoutDelete: WITHOUT_DELETE, withoutSubnets: WITHOUT_SUBNETS },
      generate: { env: cloud.env, inventoryFile: cloud.inventoryFile },
      company: {
        source: SOURCE,
        bucket: cloud.bucket,
        region: cloud.region,
        accountIds: cloud.company.accounts.map(({ id }) => id),
        accountNames: cloud.company.accounts.map(({ name }) => name),
        vpcName: cloud.company.vpcs[0].name,
        interfaceName: named.name!,
        interfaceId: named.id,
        quarantined: { key: damaged },
        quote: { key: quoted, line: QUOTED_LINE },
      },
    };
    return new World(description, async () => {
      gate.stop();
      await organization.remove();
    });
  }

  /** Ends all that was started, and leaves a Grafana that was there before as it was. */
  async stop(): Promise<void> {
    await this.end();
    await stopAll();
  }
}

async function grafanaUrl(which: WhichGrafana, dir: string): Promise<string> {
  if ('url' in which) {
    return which.url.replace(/\/+$/, '');
  }
  const provisioning = join(dir, 'provisioning');
  ['datasources', 'plugins', 'dashboards', 'alerting'].forEach((part) =>
    mkdirSync(join(provisioning, part), { recursive: true })
  );
  const { url } = await startGrafana({
    ...{ home: which.home, dir: join(dir, 'grafana'), dist: resolve('dist'), provisioning },
    // Without signing in nobody gets anything.
    env: { GF_AUTH_ANONYMOUS_ENABLED: 'false' },
  });
  return url;
}

/** Lets flow logs of six hours arrive and be collected, some odd ones among them, and reads the company's names. */
async function collectTraffic(env: NodeJS.ProcessEnv, cloud: Cloud, motoUrl: string): Promise<OddObjects> {
  const { bucket, region, inventoryFile, company } = cloud;
  const flowscope = new Flowscope(env);
  const out = ['--out', `s3://${bucket}`, '--region', region, '--inventory', inventoryFile];
  await flowscope.run(['generate', ...out, '--minutes', MINUTES, '--seed', SEED]);
  await addSources(flowscope, cloud);
  await flowscope.run(['awssync']);
  const now = Math.floor(Date.now() / 1000);
  const odd = await putOddObjects(motoUrl, bucket, { region, accountId: company.vpcs[0].accountId, now });
  await flowscope.run(['collect', '--once']);
  return odd;
}
