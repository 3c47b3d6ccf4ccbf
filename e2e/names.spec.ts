import { randomUUID } from 'node:crypto';
import {
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Page } from '@playwright/test';
import { InfluxClient } from '../src/sidecar/store/influx';
import { expect, test } from './support/fixtures';
import { readNamesAgain } from './support/sidecarApi';
import type { WorldDescription } from './world/description';

/** Names in time, in a range of five days ago in which there is no other traffic. */
const HOUR = 3_600_000;
const FROM = Math.floor(Date.now() / HOUR) * HOUR - 5 * 24 * HOUR;
const range = (hours: number) => `from=${FROM}&to=${FROM + hours * HOUR}`;

const ADDRESS = '10.98.0.10';
/** One that nobody has in another test: whoever has it, has a part in its name in filters. */
const OTHER_ADDRESS = '10.98.0.11';
// No other one is called so, were these specs run twice.
const ODD = String.raw`🚀 "orders" [a-z]+(.*)$ \d, b=c → 'x' ${randomUUID().slice(0, 4)}`;

test.use({ viewport: { width: 1600, height: 2600 } });
// Each look is at a dashboard that is opened afresh, after a sync.
test.describe.configure({ timeout: 240_000 });
const PATIENCE = { timeout: 60_000 };

let ec2: EC2Client;
let influx: InfluxClient;

test.beforeEach(({ world: { awsUrl, company, generate, influx: store } }) => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = generate.env;
  ec2 = new EC2Client({
    ...{ endpoint: awsUrl, region: company.region },
    credentials: {
      ...{ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
      sessionToken: AWS_SESSION_TOKEN,
    },
  });
  influx = new InfluxClient({ url: store.url, database: 'flowscope', ...store.admin });
});

test.afterEach(() => ec2.destroy());

async function createSubnet(): Promise<{ vpc: string; subnet: string }> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.98.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.98.0.0/20' }));
  return { vpc: Vpc!.VpcId!, subnet: Subnet!.SubnetId! };
}

/** Makes an interface with that name; resolves to its id. */
async function createInterface(subnet: string, name: string, address = ADDRESS): Promise<string> {
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({
      ...{ SubnetId: subnet, PrivateIpAddress: address },
      TagSpecifications: [{ ResourceType: 'network-interface', Tags: [{ Key: 'Name', Value: name }] }],
    })
  );
  return NetworkInterface!.NetworkInterfaceId!;
}

/** Traffic from the address while it was this interface's. */
async function sendAs(eni: string, vpc: string, bytes: number, hour: number, address = ADDRESS): Promise<void> {
  const group = `account=111122223333,action=ACCEPT,instance=-,interface=${eni},subnet=-,vpc=${vpc}`;
  const values = `bytes=${bytes}i,packets=${bytes}i,flows=${bytes}i ${FROM + hour * HOUR + 60_000}000000`;
  const lines = [
    `flow_source,${group},src=${address},src_owner=${eni}`,
    `flow_interface,${group},counted=once,direction=egress,transit=no`,
  ].map((series) => `${series} ${values}`);
  await influx.write('minute', lines.join('\n'));
}

/** What the table of sources and the legend above it say. */
async function shownIn(page: Page, world: WorldDescription, hours: number, vpc: string) {
  await readNamesAgain(world);
  await page.goto(`/d/flowscope-action-interface-src?${range(hours)}&var-vpc=${vpc}`);
  await expect(page.getByRole('gridcell').filter({ hasText: ADDRESS }).first()).toBeVisible(PATIENCE);
  const cells = await page.getByRole('gridcell').filter({ hasText: ADDRESS }).allInnerTexts();
  const legend = await page.getByRole('button', { name: new RegExp(`\\(${ADDRESS}\\)$`) }).allInnerTexts();
  return {
    cells: cells.map((text) => text.trim().replace(` (${ADDRESS})`, '')),
    legend: legend.map((text) => text.trim()).sort(),
  };
}

test('an address has the name of whoever had it then, through renaming, deletion and another of the same name', async ({
  page,
  world,
}) => {
  const { vpc, subnet } = await createSubnet();
  const first = await createInterface(subnet, ODD);
  await sendAs(first, vpc, 900, 0);
  expect(await shownIn(page, world, 1, vpc)).toEqual({ cells: [ODD], legend: [`${ODD} (${ADDRESS})`] });

  // It is gone, and another one has its address and its name.
  await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: first }));
  const second = await createInterface(subnet, ODD);
  await sendAs(second, vpc, 500, 1);
  const names = [first, second].map((id) => `${ODD} (…${id.slice(-4)})`);
  expect(await shownIn(page, world, 2, vpc)).toEqual({
    cells: names,
    legend: names.map((name) => `${name} (${ADDRESS})`).sort(),
  });

  // Renamed, it is so at any time; the one that is gone keeps its name.
  const long = randomUUID().padEnd(256, 'y');
  await ec2.send(new CreateTagsCommand({ Resources: [second], Tags: [{ Key: 'Name', Value: long }] }));
  expect(await shownIn(page, world, 2, vpc)).toEqual({
    cells: [ODD, long],
    legend: [`${ODD} (${ADDRESS})`, `${long} (${ADDRESS})`].sort(),
  });
});

test('a filter finds addresses by name, and keeps what was typed as the range moves on', async ({ page, world }) => {
  const { vpc, subnet } = await createSubnet();
  const eni = await createInterface(subnet, 'billing-redis', OTHER_ADDRESS);
  await sendAs(eni, vpc, 900, 0, OTHER_ADDRESS);
  await readNamesAgain(world);
  await page.goto(`/d/flowscope-action-interface-src?${range(1)}&var-vpc=${vpc}`);
  const source = page.getByTestId('data-testid Dashboard template variables submenu Label Source').locator('..');
  await source.getByRole('combobox').fill('ILLING-red');
  await page.getByRole('option', { name: `billing-redis (${OTHER_ADDRESS})` }).click();
  await expect(source).toContainText(`billing-redis (${OTHER_ADDRESS})`);
  await source.getByRole('combobox').fill('198.51.100.77');
  await page.getByRole('option', { name: /^198\.51\.100\.77/ }).click();
  await page.keyboard.press('Escape');
  const chosen = () => new URL(page.url()).searchParams.getAll('var-source');
  await expect.poll(chosen).toEqual([OTHER_ADDRESS, '198.51.100.77']);

  await page.getByRole('button', { name: /^Move .* forward$/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('from')).not.toBe(String(FROM));
  await page.getByRole('button', { name: /^Move .* backward$/ }).click();
  await expect(page.getByRole('gridcell').filter({ hasText: OTHER_ADDRESS }).first()).toBeVisible(PATIENCE);
  expect(chosen()).toEqual([OTHER_ADDRESS, '198.51.100.77']);
});
