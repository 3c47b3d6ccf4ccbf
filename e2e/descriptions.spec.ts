import { randomUUID } from 'node:crypto';
import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from './support/fixtures';
import { openTab } from './support/pages';
import { readNamesAgain, removeNetworks, removeOtherAccounts } from './support/sidecarApi';
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

test('a button reads names from AWS, and searching finds them', async ({ page, world, faults }) => {
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

test.describe('named networks', () => {
  const [OUTER, INNER] = ['10.200.0.0/16', '10.200.7.0/24'];

  test.beforeEach(({ world }) => removeNetworks(world, [OUTER, INNER]));
  test.afterEach(({ world }) => removeNetworks(world, [OUTER, INNER]));

  test('are added, edited and removed, say what lies in what, and refuse mistakes at the field', async ({
    page,
    faults,
  }) => {
    await openTab(page, 'descriptions');
    const section = page.getByRole('region', { name: 'Named networks' });
    // A drawer is a dialog in a dialog.
    const form = page.getByRole('dialog').last();
    const enter = (name: RegExp, text: string) => form.getByRole('textbox', { name }).fill(text);
    const add = async (cidr: string, name: string) => {
      await section.getByRole('button', { name: 'Name a network' }).click();
      await enter(/^Network/, cidr);
      await enter(/^Name/, name);
      await form.getByRole('textbox', { name: /^Name/ }).press('Enter');
    };
    await add('10.200.1.1/16', 'Data centre');
    await expect(form.getByText(`"10.200.1.1/16" is an address in a network: write ${OUTER}`)).toBeVisible();
    await enter(/^Network/, OUTER);
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toBeHidden();

    await add(INNER, 'Rack 7');
    const row = section.getByRole('row').filter({ hasText: INNER });
    await expect(row).toContainText(`in Data centre (${OUTER})`);

    await add(OUTER, 'Twice');
    await expect(form.getByText(`${OUTER} is called "Data centre" already`)).toBeVisible();
    await form.getByRole('button', { name: 'Cancel' }).click();

    await row.getByRole('button', { name: `Edit Rack 7 (${INNER})` }).click();
    await expect(form.getByText(`It lies in Data centre (${OUTER})`)).toBeVisible();
    await enter(/^Note/, 'Leased until May');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(row).toContainText('Leased until May');

    await row.getByRole('button', { name: `Remove Rack 7 (${INNER})` }).click();
    await expect(form).toContainText(`count as Data centre (${OUTER})`);
    await form.getByRole('button', { name: 'Remove' }).click();
    await expect(row).toBeHidden();
    await expect(section.getByRole('button', { name: 'Name a network' })).toBeFocused();
    // The name that is taken.
    expect(faults).toEqual([expect.stringMatching(/409 .*admin\/networks/)]);
  });
});

test.describe('an account that may not describe subnets', () => {
  const NAME = 'without-subnets';

  test.afterEach(async ({ world }) => {
    await removeOtherAccounts(world);
    await readNamesAgain(world);
  });

  test('is told so by Test and by Sync, which go on with the rest', async ({ page, world, faults }) => {
    const { region, accountNames } = world.company;
    const { accessKeyId, secretAccessKey } = world.keys.withoutSubnets;
    const denied = new RegExp(`ec2:DescribeSubnets (is )?denied in ${region} for account \\d{12}`);
    await openTab(page, 'descriptions');
    await page.getByRole('button', { name: 'Add account' }).click();
    const form = page.getByRole('dialog', { name: /Add an account/ });
    await form.getByRole('textbox', { name: /^Name/ }).fill(NAME);
    await form.getByRole('radio', { name: 'Access key' }).check({ force: true });
    await form.getByRole('textbox', { name: /^Access key ID/ }).fill(accessKeyId);
    await form.getByLabel(/^Secret access key/).fill(secretAccessKey);
    await form.getByRole('combobox', { name: /^Regions/ }).fill(region);
    await page
      .getByRole('option', { name: new RegExp(region) })
      .first()
      .click();
    await form.getByRole('button', { name: 'Save and test' }).click();

    const tested = page.getByRole('dialog', { name: new RegExp(NAME) });
    const call = (action: string) => tested.getByRole('listitem').filter({ hasText: `ec2:${action} ` });
    await expect(call('DescribeSubnets')).toContainText(denied);
    await expect(call('DescribeSubnets').getByRole('img', { name: 'Failed' })).toBeVisible();
    for (const other of ['DescribeNetworkInterfaces', 'DescribeInstances', 'DescribeVpcs']) {
      await expect(call(other)).toContainText(new RegExp(`allowed in ${region} for account \\d{12}`));
    }
    await expect(tested.getByRole('status')).toContainText('1 of 4');
    await expect(tested.locator('pre'), 'what to allow').toContainText('ec2:DescribeSubnets');
    await tested.getByRole('button', { name: 'Close' }).first().click();

    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect(page.getByRole('alert').filter({ hasText: denied })).toBeVisible();
    const sync = page.getByRole('region', { name: 'Sync' });
    const row = sync.getByRole('row').filter({ hasText: NAME });
    await expect(row).toContainText(denied);
    await expect(row, 'what may be read is').toContainText(/\d+ found, \d+ named/);
    for (const account of accountNames) {
      await expect(sync.getByRole('row').filter({ hasText: account })).toContainText(/\d+ named/);
    }
    expect(faults).toEqual([]);
  });
});
