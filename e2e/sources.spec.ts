import { Bucket } from './support/bucket';
import { expect, test } from './support/fixtures';
import { removeOtherSources } from './support/sidecarApi';
import { SourceForm } from './support/sourceForm';

/** Within this long a source that was enabled is noticed and scanned, and its objects are collected. Milliseconds. */
const COLLECTED_MS = 60_000;

test.afterEach(({ world }) => removeOtherSources(world));

test('a source is added, tested, previewed and enabled; its objects are collected and deleted', async ({
  page,
  world,
  faults,
}) => {
  const bucket = await Bucket.create(world);
  await bucket.fill();
  const before = await bucket.list();
  expect(before.length).toBeGreaterThan(3);

  const form = await SourceForm.begin(page, {
    ...{ name: 'orders', bucket: bucket.name, region: bucket.region, key: world.keys.full },
  });
  await form.save();
  await form.test();
  await form.says('Credentials', 'Passed', /Signed in as arn:aws:/);
  await form.says('Region', 'Passed', `Bucket is in ${bucket.region}`);
  await form.says('Objects', 'Passed', `${before.length} flow-log objects from ${world.company.accountIds[0]}`);
  await form.says('Delete', 'Passed', 's3:DeleteObject allowed');
  await form.says('Store', 'Passed', 'InfluxDB accepts writes');
  await expect(form.step('Test')).toContainText('Passed');
  await expect(form.page.getByRole('button', { name: 'Enable', exact: true })).toBeDisabled();

  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(form.step('Preview')).toContainText('to the record:');
  await expect(form.step('Preview')).toContainText('Nothing was written or deleted.');
  expect(await bucket.list(), 'neither Test nor Preview changes an object').toEqual(before);

  const enable = form.step('Save & enable').getByRole('button', { name: 'Enable' });
  await expect(enable).toBeDisabled();
  await page
    .getByRole('checkbox', { name: 'This bucket is only for Flowscope: objects are deleted once they are stored' })
    .check({ force: true });
  await enable.click();
  await expect(form.step('Save & enable')).toContainText('Enabled: objects are collected');
  await expect.poll(() => bucket.list(), { timeout: COLLECTED_MS }).toEqual([]);

  await page.getByRole('button', { name: 'All sources' }).click();
  const row = page.getByRole('row').filter({ hasText: 'orders' });
  await expect(row).toContainText('Collecting');
  await expect(row.getByRole('switch', { name: 'orders enabled' })).toBeChecked();
  expect(faults).toEqual([]);
});

test('a source that reads what another reads is warned about before it is saved, in the words of Test', async ({
  page,
  world,
}) => {
  const { source, bucket, region } = world.company;
  const form = await SourceForm.begin(page, { name: 'twice', bucket, region, key: world.keys.full });
  const warning = form.root.getByRole('alert');
  const said = `Source ${source} (the whole bucket) is set to read this, too: each object is counted once`;
  await expect(warning).toContainText(said);
  await form.test();
  await form.says('Overlap', 'Warning', said);
  await form.field('Bucket').fill('of-its-own');
  await expect(warning).toHaveCount(0);
});

test('a wrong region is reported, with a button that fills in the right one', async ({ page, world }) => {
  const bucket = await Bucket.create(world, 'eu-central-1');
  await bucket.fill();
  const before = await bucket.list();
  const form = await SourceForm.begin(page, {
    ...{ name: 'elsewhere', bucket: bucket.name, region: 'us-east-1', key: world.keys.full },
  });
  await form.test();
  await form.says('Region', 'Failed', 'Bucket is in eu-central-1, not us-east-1');
  await form.says('List', 'Not checked', 'First Region must pass');
  await form.says('Store', 'Passed', 'InfluxDB accepts writes');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(form.step('Preview')).toContainText('Bucket is in eu-central-1, not us-east-1. Use eu-central-1');

  await form.row('Region').getByRole('button', { name: 'Use eu-central-1' }).click();
  await form.says('Region', 'Passed', 'Bucket is in eu-central-1');
  await form.hasEnded();
  expect(await bucket.list()).toEqual(before);
});

test('a bucket that does not exist is reported, and the source is saved disabled', async ({ page, world }) => {
  const form = await SourceForm.begin(page, {
    ...{ name: 'nowhere', bucket: 'e2e-nobody-has-this-bucket', region: 'eu-west-1', key: world.keys.full },
  });
  await form.save();
  await form.test();
  await form.says('List', 'Failed', 'Bucket does not exist');
  await form.says('Credentials', 'Passed', 'Signed in as');
  await expect(form.step('Test')).toContainText('failed');
  await expect(form.step('Save & enable')).toContainText('It can be enabled once its Test has passed.');
  await expect(
    form.step('Save & enable').getByRole('checkbox', { name: /This bucket is only for Flowscope/ })
  ).toBeDisabled();
});

test('a wrong secret is reported', async ({ page, world }) => {
  const bucket = await Bucket.create(world);
  await bucket.fill();
  const before = await bucket.list();
  const form = await SourceForm.begin(page, {
    ...{ name: 'secretive', bucket: bucket.name, region: bucket.region },
    key: { ...world.keys.full, secretAccessKey: 'not/the/secret' },
  });
  await form.test();
  await form.says('Credentials', 'Failed', 'The secret does not match');
  await form.says('List', 'Not checked', 'First Credentials must pass');
  await form.says('Collector', 'Passed', 'answers');
  await form.says('Store', 'Passed', 'InfluxDB accepts writes');
  expect(await bucket.list()).toEqual(before);
});

test('an access key that does not exist is reported', async ({ page, world }) => {
  const bucket = await Bucket.create(world);
  const form = await SourceForm.begin(page, {
    ...{ name: 'unknown', bucket: bucket.name, region: bucket.region },
    key: { accessKeyId: 'AKIANOBODYHASTHISKEY', secretAccessKey: 'x' },
  });
  await form.test();
  await form.says('Credentials', 'Failed', 'AWS does not know this access key id');
});

test('a key that may not delete is reported, and nothing is deleted', async ({ page, world }) => {
  const bucket = await Bucket.create(world);
  await bucket.fill();
  const before = await bucket.list();
  const form = await SourceForm.begin(page, {
    ...{ name: 'keeper', bucket: bucket.name, region: bucket.region, key: world.keys.withoutDelete },
  });
  await form.test();
  await form.says('Delete', 'Failed', `s3:DeleteObject denied on ${bucket.name}`);
  await form.says('List', 'Passed', 's3:ListBucket allowed');
  await form.says('Read', 'Passed', '');
  expect(await bucket.list()).toEqual(before);
});

test('flow logs without log-status are reported, with what to do', async ({ page, world }) => {
  const bucket = await Bucket.create(world);
  await bucket.deliverWithout('log-status');
  const before = await bucket.list();
  const form = await SourceForm.begin(page, {
    ...{ name: 'old', bucket: bucket.name, region: bucket.region, key: world.keys.full },
  });
  await form.test();
  await form.says('Format', 'Failed', 'log-status missing: will not be collected. Recreate the flow log with it');
  await form.says('Delete', 'Passed', 's3:DeleteObject allowed');
  expect(await bucket.list()).toEqual(before);
});

test('a prefix without objects is reported, and can be corrected in the form', async ({ page, world }) => {
  const bucket = await Bucket.create(world);
  await bucket.fill();
  const before = await bucket.list();
  const form = await SourceForm.begin(page, {
    ...{ name: 'misled', bucket: bucket.name, region: bucket.region, key: world.keys.full },
  });
  await form.field('Prefix').fill('nothing/here');
  await form.test();
  await form.says('Objects', 'Warning', 'Readable, but no flow logs here; nothing is here yet. Check the prefix');
  await form.says('Delete', 'Passed', 's3:DeleteObject allowed');
  await form.row('Objects').getByRole('button', { name: 'Go to Prefix' }).click();
  await expect(form.field('Prefix')).toBeFocused();
  expect(await bucket.list()).toEqual(before);
});

test('what is wrong in the form is shown beside its field, before anything is sent', async ({ page, world }) => {
  const form = await SourceForm.begin(page, {
    ...{ name: world.company.source, bucket: 'Not A Bucket', region: 'eu-west-1', key: world.keys.full },
  });
  await page.getByRole('button', { name: 'Save source' }).click();
  await expect(form.root.getByText('This name is taken')).toBeVisible();
  await expect(form.root.getByText(/no valid bucket name/)).toBeVisible();
});

test('permissions name this bucket and nothing more, in three forms', async ({ page, world }) => {
  const form = await SourceForm.begin(page, {
    ...{ name: 'strict', bucket: 'my-flow-logs', region: 'eu-west-1', key: world.keys.full },
  });
  await form.field('Prefix').fill('vpc/');
  await page.getByRole('button', { name: 'Permissions' }).click();
  const drawer = page.getByRole('dialog', { name: 'Permissions' });
  await expect(drawer.getByText('arn:aws:s3:::my-flow-logs/vpc/*')).toBeVisible();
  for (const action of ['s3:ListBucket', 's3:GetObject', 's3:DeleteObject', 's3:GetBucketLocation']) {
    await expect(drawer.getByText(action).first()).toBeVisible();
  }
  await expect(drawer.locator('pre')).not.toContainText('s3:*');
  // The drawer slides in, with all its texts.
  await expect(drawer.getByRole('radio', { name: 'Terraform' })).toBeInViewport();
  await drawer.getByRole('radio', { name: 'Terraform' }).check({ force: true });
  await expect(drawer.getByText(/resource "aws_iam/)).toBeVisible();
  await drawer.getByRole('radio', { name: 'AWS CLI' }).check({ force: true });
  await expect(drawer.getByText(/aws iam /)).toBeVisible();
  await drawer.getByRole('button', { name: 'Close' }).first().click();
  await expect(drawer).toBeHidden();
});

test('a source is deleted after a confirmation, and its bucket stays', async ({ page, world }) => {
  const bucket = await Bucket.create(world);
  await bucket.fill();
  const before = await bucket.list();
  const form = await SourceForm.begin(page, {
    ...{ name: 'short-lived', bucket: bucket.name, region: bucket.region, key: world.keys.full },
  });
  await form.save();
  await page.getByRole('button', { name: 'All sources' }).click();
  await page.getByRole('button', { name: 'Actions for short-lived' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const question = page.getByRole('dialog', { name: 'Delete source short-lived?' });
  await expect(question).toContainText(`Bucket ${bucket.name} and everything that was collected from it stay`);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'short-lived' })).toBeVisible();

  await page.getByRole('button', { name: 'Actions for short-lived' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: 'short-lived' })).toHaveCount(0);
  expect(await bucket.list()).toEqual(before);
});
