import { randomUUID } from 'node:crypto';
import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from './support/fixtures';
import { openTab } from './support/pages';
import type { WorldDescription } from './world/description';

/** Makes a VPC in the local AWS, in the first account; returns its id. */
async function createVpc({ awsUrl, company, generate: { env } }: WorldDescription, name: string): Promise<string> {
  const ec2 = new EC2Client({
    ...{ endpoint: awsUrl, region: company.region },
    credentials: {
      ...{ accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
      sessionToken: env.AWS_SESSION_TOKEN,
    },
  });
  const tags = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: name }] }];
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.99.0.0/16', TagSpecifications: tags }));
  ec2.destroy();
  return Vpc!.VpcId!;
}

test('names are read from AWS at a press, and found by searching', async ({ page, world, faults }) => {
  const name = `new-network-${randomUUID().slice(0, 8)}`;
  await openTab(page, 'descriptions');
  const search = page.getByRole('textbox', { name: 'Search entities' });
  await search.fill(name);
  await expect(page.getByText(`Nothing matches “${name}”`)).toBeVisible();

  const id = await createVpc(world, name);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect(
    page.getByText(/AWS entities synced! \d+ interfaces, \d+ instances, \d+ subnets, \d+ VPCs/).first()
  ).toBeVisible();
  for (const account of world.company.accountNames) {
    await expect(page.getByRole('row').filter({ hasText: account }).first()).toContainText(/\d+ named/);
  }
  const found = page.getByRole('row').filter({ hasText: id });
  await expect(found).toContainText(name);
  await expect(found).toContainText('VPC');

  await search.fill(world.company.interfaceId);
  await expect(page.getByRole('row').filter({ hasText: world.company.interfaceId })).toContainText(
    world.company.interfaceName
  );
  await search.fill('nothing-is-called-that');
  await expect(page.getByText('Nothing matches “nothing-is-called-that”')).toBeVisible();
  expect(faults).toEqual([]);
});
