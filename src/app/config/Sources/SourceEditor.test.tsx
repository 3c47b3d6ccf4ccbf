import React from 'react';
import { act, cleanup, configure, screen, waitFor, within } from '@testing-library/react';
import { locationService } from '@grafana/runtime';

import type { CheckId, CheckResult } from '../../../contract/checks';
import { collectorList } from '../../../contract/collectors';
import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { answers, refuses, server, unreachable } from '../../test/server';
import { sourceOf } from '../../test/sources';
import { toastsForTests } from '../../test/toasts';
import { Sources } from './Sources';
import { checksOf, FakeSidecar, PREVIEW } from './testing';

// Whether each of so many elements is hidden takes jsdom long to find out, and is not what is asked here.
configure({ defaultHidden: true });
layoutForTests();
const toasts = toastsForTests();

/** A job gets on twice a second. */
const LONG = { timeout: 5000 };

type User = ReturnType<typeof render>['user'];
const box = (name: RegExp) => screen.getByRole('textbox', { name });
const secret = () => screen.getByLabelText(/Secret access key/);
const region = () => screen.getByRole('combobox', { name: /Region/ });
const button = (name: string) => screen.getByRole('button', { name });
const consent = () => screen.getByRole('checkbox', { name: /only for Flowscope: objects are deleted once/ });
const step = (name: string) => screen.getByRole('listitem', { name });
const next = () => screen.getAllByRole('listitem').find((item) => item.getAttribute('aria-current') === 'step');
const check = (name: string) => within(screen.getByRole('list', { name: 'Checks' })).getByRole('listitem', { name });

async function fill(user: User, field: HTMLElement, text: string) {
  await user.clear(field);
  await user.click(field);
  await user.paste(text);
}

async function chooseRegion(user: User, id: string) {
  await user.click(region());
  await user.paste(id);
  await user.keyboard('{Enter}');
  expect(region()).toHaveValue(id);
}

/** Sidecars of these names collect. */
function collectorsAre(...names: string[]) {
  const items = names.map((name) => ({
    ...{ id: name, name, isPrimary: name === 'primary', created: 0, isSilent: false, sources: [], plansInHand: 0 },
  }));
  server.use(answers(collectorList, 'get', 'admin/collectors', { items }));
}

/** Opens the form for a new source and fills in what a source needs. */
async function begin(sidecar: FakeSidecar, at = 'us-east-1') {
  const { user } = render(<Sources />, { url: '/?page=sources&source=new' });
  await fill(user, await screen.findByRole('textbox', { name: /^Name/ }), 'prod');
  await fill(user, box(/^Bucket/), 'flow-logs');
  await chooseRegion(user, at);
  await fill(user, box(/Access key ID/), 'AKIAEXAMPLE');
  await fill(user, secret(), 's3cr3t');
  return { user, sidecar };
}

async function edit(sidecar: FakeSidecar, id = 'src-1') {
  const { user } = render(<Sources />, { url: `/?page=sources&source=${id}` });
  await screen.findByRole('textbox', { name: /^Name/ });
  return { user, sidecar };
}

async function runTest(user: User, outcome: RegExp | string) {
  await user.click(button('Test'));
  expect(await screen.findByText(outcome, {}, LONG)).toBeInTheDocument();
}

const failing = (id: CheckId, change: Partial<CheckResult>) => checksOf({ [id]: { state: 'fail', ...change } });

describe('adding a source', () => {
  it('goes from Test by Preview to Save & enable, and shows what is next all along', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    const steps = within(screen.getByRole('list', { name: 'Steps to collecting' })).getAllByRole('heading');
    expect(steps.map((title) => title.textContent)).toEqual(['Test', 'Preview', 'Save & enable']);
    expect(next()).toBe(step('Test'));
    expect(consent()).toBeDisabled();

    await runTest(user, 'Passed.');
    expect(next()).toBe(step('Preview'));
    expect(consent()).toBeDisabled();
    expect(screen.getByText(/^Look at the Preview first/)).toBeInTheDocument();

    await user.click(button('Preview'));
    expect(await screen.findByText('Nothing was written or deleted.', {}, LONG)).toBeInTheDocument();
    expect(next()).toBe(step('Save & enable'));
    expect(button('Save & enable')).toBeDisabled();
    await user.click(consent());
    await user.click(button('Save & enable'));

    expect(await screen.findByText(/^Enabled: objects are collected/)).toBeInTheDocument();
    expect(sidecar.changes.map(({ what }) => what)).toEqual(['test', 'preview', 'add', 'enable']);
    expect(sidecar.changes[2].body).toEqual({
      ...{
        name: 'prod',
        bucket: 'flow-logs',
        prefix: '',
        region: 'us-east-1',
        pathStyle: false,
        requesterPays: false,
        pollSeconds: 60,
      },
      objectsInFlight: 8,
      collector: 'primary',
      ...{ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 's3cr3t' },
    });
    expect(toasts()).toEqual(['prod is enabled: its objects are collected now.']);
    expect(screen.getByRole('heading', { name: 'prod' })).toBeInTheDocument();
    expect(secret()).toHaveValue('configured');
    expect(next()).toBeUndefined();

    await user.click(button('All sources'));
    expect(await screen.findByRole('switch', { name: 'prod enabled' })).toBeChecked();
  });

  it('has no field for the collector as long as there is one', async () => {
    await begin(new FakeSidecar());
    expect(screen.queryByText('Collector')).not.toBeInTheDocument();
  });

  it('asks which of several collectors talks to AWS for it', async () => {
    collectorsAre('primary', 'west');
    const { user, sidecar } = await begin(new FakeSidecar());
    const collector = await screen.findByRole('combobox', { name: /^Collector/ });
    expect(collector).toHaveValue('primary');
    await user.click(collector);
    await user.paste('west');
    await user.keyboard('{Enter}');
    expect(collector).toHaveValue('west');
    await user.click(button('Save source'));
    expect(await screen.findByText('Saved, and disabled: nothing is collected yet.')).toBeInTheDocument();
    expect(sidecar.changes).toMatchObject([{ what: 'add', body: { collector: 'west' } }]);
  });

  it('shows several collectors of a queue, and lets one be taken away', async () => {
    collectorsAre('primary', 'west', 'east');
    const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/new';
    const stored = sourceOf({ accessKeyId: 'AKIAEXAMPLE', hasSecret: true, queueUrl, collector: 'west,east' });
    const { user, sidecar } = await edit(new FakeSidecar([stored]));
    await user.click(await screen.findByRole('button', { name: /Remove west/ }));
    await user.click(screen.getByRole('button', { name: /^Save source/ }));
    expect(await screen.findByText(/^Saved/)).toBeInTheDocument();
    expect(sidecar.changes).toMatchObject([{ what: 'change', body: { collector: 'east' } }]);
  });

  it('may be saved alone, which starts nothing', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    await user.click(button('Save source'));
    expect(await screen.findByText('Saved, and disabled: nothing is collected yet.')).toBeInTheDocument();
    expect(toasts()).toEqual(['prod is saved. It is disabled: nothing is collected yet.']);
    expect(sidecar.changes.map(({ what }) => what)).toEqual(['add']);
    expect(next()).toBe(step('Test'));
  });

  it('says why it was not enabled where saving it went wrong', async () => {
    const { user } = await begin(new FakeSidecar());
    await runTest(user, 'Passed.');
    await user.click(button('Preview'));
    await screen.findByText('Nothing was written or deleted.', {}, LONG);
    server.use(refuses('post', 'admin/sources', 503, { code: 'unavailable', message: 'The registry is gone.' }));
    await user.click(consent());
    await user.click(button('Save & enable'));
    expect(await screen.findByText('The source was not saved')).toBeInTheDocument();
    expect(next()).toBe(step('Save & enable'));
  });

  it('needs no Preview of an empty bucket', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    const objects = {
      state: 'warn',
      message: 'Readable, but no flow logs here; nothing is here yet',
      isEmpty: true,
    } as const;
    sidecar.checks = checksOf({ objects });
    await runTest(user, 'Passed, with 1 warning.');
    expect(screen.getByText('The bucket is empty: there is nothing to preview yet.')).toBeInTheDocument();
    expect(next()).toBe(step('Save & enable'));
    await user.click(consent());
    await user.click(button('Save & enable'));
    expect(await screen.findByText(/^Enabled: objects are collected/)).toBeInTheDocument();
    expect(sidecar.changes.map(({ what }) => what)).toEqual(['test', 'add', 'enable']);
  });

  it.each(['us-west-2', 'eu-west-1', 'xx-new-9'])('takes %s as typed in place of another region', async (typed) => {
    const { user, sidecar } = await begin(new FakeSidecar(), 'eu-west-1');
    await chooseRegion(user, typed);
    await user.click(button('Save source'));
    expect(await screen.findByText('Saved, and disabled: nothing is collected yet.')).toBeInTheDocument();
    expect(sidecar.changes[0].body).toMatchObject({ region: typed });
    await chooseRegion(user, 'eu-central-1');
  });

  it('says field by field what is missing or wrong, and sends nothing', async () => {
    const sidecar = new FakeSidecar();
    const { user } = render(<Sources />, { url: '/?page=sources&source=new' });
    await user.click(await screen.findByRole('button', { name: 'Save source' }));
    for (const text of ['Enter a name', 'Enter the bucket', 'Choose the region of the bucket']) {
      expect(await screen.findByText(text)).toBeInTheDocument();
    }
    expect(box(/^Name/)).toHaveFocus();

    await user.type(box(/^Bucket/), 'Flow_Logs');
    expect(await screen.findByText(/^That is no valid bucket name: 3 to 63 lower-case/)).toBeInTheDocument();
    const seconds = screen.getByRole('spinbutton', { name: /Look every/ });
    await user.clear(seconds);
    await user.type(seconds, '5');
    await user.tab();
    expect(await screen.findByText('Enter a whole number of seconds from 10 to 3600')).toBeInTheDocument();

    await user.click(screen.getByRole('radio', { name: 'SQS queue' }));
    await user.type(box(/Queue URL/), 'flow-logs');
    await user.tab();
    expect(await screen.findByText(/^A queue URL looks like/)).toBeInTheDocument();
    await user.click(button('Test'));
    expect(sidecar.changes).toEqual([]);
  });

  it('takes endpoint, path style and objects in flight under Advanced, which opens by itself where they are in use', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    const inFlight = () => screen.getByRole('spinbutton', { name: /Objects in flight/ });
    expect(screen.queryByRole('spinbutton', { name: /Objects in flight/ })).not.toBeInTheDocument();
    await user.click(button('Advanced'));
    expect(inFlight()).toHaveValue(8);
    await fill(user, inFlight(), '65');
    // To fold it hides nothing that is wrong.
    await user.click(button('Advanced'));
    await user.click(button('Save source'));
    expect(await screen.findByText('Enter a whole number from 1 to 64')).toBeInTheDocument();
    expect(sidecar.changes).toEqual([]);

    // As usual again, and still in sight.
    await fill(user, inFlight(), '8');
    await waitFor(() => expect(screen.queryByText('Enter a whole number from 1 to 64')).not.toBeInTheDocument());
    expect(inFlight()).toHaveValue(8);
    await fill(user, inFlight(), '32');
    await fill(user, box(/^Endpoint/), 'https://s3.example.com:9000');
    await user.click(screen.getByRole('checkbox', { name: /Path style/ }));
    await user.click(button('Save source'));
    expect(await screen.findByText('Saved, and disabled: nothing is collected yet.')).toBeInTheDocument();
    const entered = { objectsInFlight: 32, endpoint: 'https://s3.example.com:9000', pathStyle: true };
    expect(sidecar.changes[0].body).toMatchObject(entered);
  });

  it('shows the objects in flight of a source that reads more than usual', async () => {
    await edit(new FakeSidecar([sourceOf({ objectsInFlight: 32 })]));
    expect(screen.getByRole('spinbutton', { name: /Objects in flight/ })).toHaveValue(32);
  });

  it('splits a pasted address into bucket and prefix', async () => {
    new FakeSidecar();
    const { user } = render(<Sources />, { url: '/?page=sources&source=new' });
    await user.click(await screen.findByRole('textbox', { name: /^Bucket/ }));
    await user.paste('s3://flow-logs/prod/eu/');
    expect(box(/^Bucket/)).toHaveValue('flow-logs');
    expect(box(/^Prefix/)).toHaveValue('prod/eu/');

    await user.clear(box(/^Bucket/));
    await user.type(box(/^Bucket/), 's3://oth/x/');
    await user.tab();
    expect(box(/^Bucket/)).toHaveValue('oth');
    expect(box(/^Prefix/)).toHaveValue('x/');

    await user.clear(box(/^Bucket/));
    await user.paste('plain-name');
    expect(box(/^Bucket/)).toHaveValue('plain-name');
    expect(box(/^Prefix/)).toHaveValue('x/');
  });

  it('says beforehand which other sources read the same, as Test would, and saves it all the same', async () => {
    const others = [
      sourceOf({ id: 'src-7', name: 'team', prefix: 'prod/eu/' }),
      sourceOf({ id: 'src-8', name: 'archive', prefix: 'prod-archive/' }),
      sourceOf({ id: 'src-9', name: 'own', endpoint: 'https://s3.example.com' }),
    ];
    const { user, sidecar } = await begin(new FakeSidecar(others));
    const warning = () => screen.queryByRole('alert');
    expect(warning()).toHaveTextContent(
      'Sources team (prefix prod/eu/), archive (prefix prod-archive/) are set to read this, too: each object is counted once'
    );
    await fill(user, box(/^Prefix/), '/prod');
    expect(warning()).toHaveTextContent(
      'Source team (prefix prod/eu/) is set to read this, too: each object is counted once'
    );
    await fill(user, box(/^Prefix/), 'prod/us');
    expect(warning()).not.toBeInTheDocument();
    await fill(user, box(/^Prefix/), 'prod/eu/west');
    expect(warning()).toHaveTextContent('Source team (prefix prod/eu/) is set to read this, too');

    await user.click(button('Save source'));
    expect(await screen.findByText('Saved, and disabled: nothing is collected yet.')).toBeInTheDocument();
    expect(sidecar.changes[0].body).toMatchObject({ prefix: 'prod/eu/west' });
    // Itself is no other.
    expect(warning()).toHaveTextContent('Source team (prefix prod/eu/) is set to read this, too');
  });

  it('takes a region that is not in the list', async () => {
    const { user, sidecar } = await begin(new FakeSidecar(), 'xx-future-9');
    await user.click(button('Save source'));
    await waitFor(() => expect(sidecar.changes[0]?.body).toMatchObject({ region: 'xx-future-9' }));
  });

  it('says that a name is taken, before it is sent and when somebody was faster', async () => {
    const sidecar = new FakeSidecar([sourceOf({ id: 'src-7', name: 'prod' })]);
    const { user } = await begin(sidecar);
    expect(await screen.findByText('This name is taken')).toBeInTheDocument();
    await user.click(button('Save source'));
    expect(sidecar.changes).toEqual([]);

    await user.type(box(/^Name/), '2');
    await waitFor(() => expect(screen.queryByText('This name is taken')).not.toBeInTheDocument());
    const message = 'This name is taken: there is a source "prod2". Choose another, or remove that source first.';
    server.use(refuses('post', 'admin/sources', 409, { code: 'taken', field: 'name', message }));
    await user.click(button('Save source'));
    expect(await screen.findByText('This name is taken')).toBeInTheDocument();
    expect(box(/^Name/)).toHaveValue('prod2');
    expect(box(/^Name/)).toHaveFocus();
  });

  it('says at its field what the sidecar refuses, in words of their own', async () => {
    const { user } = await begin(new FakeSidecar());
    const reason = 'an external id belongs to a role: enter its ARN too.';
    const message = `externalId: ${reason}`;
    server.use(refuses('post', 'admin/sources', 400, { code: 'invalid', field: 'roleArn', message, reason }));
    await user.click(button('Save source'));
    expect(await screen.findByText('An external id belongs to a role: enter its ARN too.')).toBeInTheDocument();
    expect(box(/^Role ARN/)).toHaveFocus();
  });

  it('keeps what was typed when the sidecar does not answer', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    server.use(unreachable());
    await user.click(button('Save source'));
    expect(await screen.findByText('The source was not saved')).toBeInTheDocument();
    expect(box(/^Bucket/)).toHaveValue('flow-logs');

    server.resetHandlers();
    const back = new FakeSidecar(sidecar.sources);
    await user.click(button('Save source'));
    await waitFor(() => expect(back.changes[0]?.body).toMatchObject({ name: 'prod', secretAccessKey: 's3cr3t' }));
  });
});

describe('Test', () => {
  it('tests the values in the form, and has a button that fills in the right region and tests again', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    sidecar.checks = checksOf({
      region: {
        ...{ state: 'fail', message: 'Bucket is in eu-west-1, not us-east-1' },
        fix: { text: 'Use eu-west-1', field: 'region', value: 'eu-west-1' },
      },
      list: { state: 'not-checked', message: 'Not checked, since Region failed', reason: 'first Region must pass' },
    });
    await runTest(user, /^1 check failed/);
    expect(sidecar.changes[0].body).toMatchObject({ source: { region: 'us-east-1', secretAccessKey: 's3cr3t' } });
    expect(check('Region: Failed')).toHaveTextContent('Bucket is in eu-west-1, not us-east-1');
    expect(check('List: Not checked')).toHaveTextContent('First Region must pass');
    expect(check('Store: Passed')).toHaveTextContent('Store is well');

    sidecar.checks = checksOf();
    await user.click(button('Use eu-west-1'));
    expect(region()).toHaveValue('eu-west-1');
    expect(await screen.findByText('Passed.', {}, LONG)).toBeInTheDocument();
    expect(sidecar.changes[1].body).toMatchObject({ source: { region: 'eu-west-1' } });
  });

  it('shows each check as it finishes, and those that are still to come', async () => {
    const { user } = await begin(new FakeSidecar());
    await user.click(button('Test'));
    expect(await screen.findByText('4 of 13 checks done.', {}, LONG)).toBeInTheDocument();
    expect(check('Region: Passed')).toBeInTheDocument();
    expect(check('List')).toBeInTheDocument();
    expect(button('Testing…')).toBeDisabled();
    expect(await screen.findByText('Passed.', {}, LONG)).toBeInTheDocument();
  });

  it.each<[string, CheckResult[], string, string[]]>([
    [
      'a wrong secret',
      failing('credentials', {
        message: 'The secret does not match',
        fix: { text: 'Enter the secret access key again, or create a new key.', field: 'secretAccessKey' },
      }),
      'Credentials: Failed',
      ['The secret does not match', 'Enter the secret access key again'],
    ],
    [
      'no permission to delete',
      failing('delete', {
        message: 's3:DeleteObject denied on flow-logs',
        fix: { text: 'Allow it in the policy of these credentials: see Permissions.' },
      }),
      'Delete: Failed',
      ['s3:DeleteObject denied on flow-logs', 'see Permissions'],
    ],
  ])('says the cause and the fix of %s; the source is saved, not enabled', async (_case, checks, row, texts) => {
    const { user, sidecar } = await begin(new FakeSidecar());
    sidecar.checks = checks;
    await user.click(button('Save source'));
    await screen.findByText(/^Saved, and disabled/);
    await runTest(user, /^1 check failed/);
    texts.forEach((text) => expect(check(row)).toHaveTextContent(text));
    expect(next()).toBe(step('Test'));
    expect(consent()).toBeDisabled();
    expect(screen.getByText('It can be enabled once its Test has passed.')).toBeInTheDocument();
  });

  it('says that log-status is missing from the newest objects, which keeps no source from being enabled', async () => {
    const { user, sidecar } = await edit(new FakeSidecar([sourceOf()]));
    sidecar.checks = failing('format', {
      message: 'log-status missing: will not be collected. Recreate the flow log with it',
      notes: [
        {
          state: 'warn',
          message: 'vpc-id missing: each interface counts as its own exporter, unless EC2 names its VPC',
        },
      ],
    });
    await runTest(user, /^1 check failed/);
    expect(check('Format: Failed')).toHaveTextContent('Recreate the flow log with it');
    expect(check('Format: Failed')).toHaveTextContent(
      'vpc-id missing: each interface counts as its own exporter, unless EC2 names its VPC'
    );
    expect(next()).toBe(step('Preview'));
    await user.click(button('Preview'));
    expect(
      await screen.findByText(/^The newest objects cannot be collected and will stay/, {}, LONG)
    ).toBeInTheDocument();
    await user.click(consent());
    await user.click(button('Enable'));
    expect(await screen.findByText(/^Enabled: objects are collected/)).toBeInTheDocument();
  });

  it('passes with a warning when there is nothing below the prefix, and leads to the field', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    sidecar.checks = checksOf({
      objects: {
        ...{ state: 'warn', message: 'Readable, but no flow logs here; nothing is here yet. Check the prefix' },
        fix: { text: 'The prefix is the folder above AWSLogs/.', field: 'prefix' },
      },
    });
    await runTest(user, 'Passed, with 1 warning.');
    await user.click(within(check('Objects: Warning')).getByRole('button', { name: 'Go to Prefix' }));
    expect(box(/^Prefix/)).toHaveFocus();
  });

  it('is outdated by a change of the form, and not by saving what was tested', async () => {
    const { user } = await begin(new FakeSidecar());
    await runTest(user, 'Passed.');
    await user.click(button('Save source'));
    await screen.findByText(/^Saved, and disabled/);
    expect(next()).toBe(step('Preview'));

    await user.type(box(/^Prefix/), 'x');
    expect(screen.getByText('The settings have changed since this Test: test again.')).toBeInTheDocument();
    expect(next()).toBe(step('Test'));
    expect(screen.getByText('There are unsaved changes.')).toBeInTheDocument();
  });

  it('is remembered with the Preview when the page is opened again, until the source changes or a day has passed', async () => {
    const { user, sidecar } = await edit(new FakeSidecar([sourceOf()]));
    await runTest(user, 'Passed.');
    await user.click(button('Preview'));
    await screen.findByText('Nothing was written or deleted.', {}, LONG);
    await user.click(button('All sources'));
    cleanup();

    const again = await edit(sidecar);
    expect(screen.getByText('Passed just now. You may test again.')).toBeInTheDocument();
    expect(screen.getByText('Looked at just now. You may look again.')).toBeInTheDocument();
    expect(next()).toBe(step('Save & enable'));
    await again.user.type(box(/^Prefix/), 'x');
    expect(screen.getByText('The settings have changed since this Test: test again.')).toBeInTheDocument();
    cleanup();

    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 25 * 3_600_000);
    await edit(sidecar);
    expect(next()).toBe(step('Test'));
    cleanup();
    jest.spyOn(Date, 'now').mockRestore();

    sidecar.changeBehindTheBack('src-1', { prefix: 'other/' });
    await edit(sidecar);
    expect(next()).toBe(step('Test'));
  });

  it('says why it could not be run', async () => {
    const { user } = await begin(new FakeSidecar());
    server.use(refuses('post', 'admin/drafts/test', 429, { code: 'too-many', message: 'Three tests run already.' }));
    await user.click(button('Test'));
    expect(await screen.findByText('Three tests run already.')).toBeInTheDocument();
  });
});

describe('Preview', () => {
  it('says what would be counted, whose it is and what would be left in place', async () => {
    const { user } = await edit(new FakeSidecar([sourceOf()]));
    await user.click(button('Preview'));
    expect(
      await screen.findByText('The newest 3 objects of this source, to the record:', {}, LONG)
    ).toBeInTheDocument();
    const report = within(step('Preview'));
    // More than a double can hold, to the byte.
    expect(report.getByText(/^9,007,199,254,740,993 \(/)).toBeInTheDocument();
    expect(report.getByText('1,234')).toBeInTheDocument();
    expect(report.getByText('512')).toBeInTheDocument();
    const [known, added, called] = within(report.getByRole('list', { name: 'Exporters' })).getAllByRole('listitem');
    expect(known).toHaveTextContent('shop');
    expect(known).toHaveTextContent('vpc-1 · account Shop, production 111122223333');
    expect(known).not.toHaveTextContent('New');
    expect(added).toHaveTextContent(/^eni-2 .*account 111122223333/);
    expect(added).toHaveTextContent('New');
    expect(added).toHaveTextContent('vpc-id is missing');
    expect(called).toHaveTextContent(/^Lab .*vpc-3 · account/);
    expect(report.getByText('1 object would not be collected, and would stay in the bucket')).toBeInTheDocument();
    expect(report.getByText('AWSLogs/c.log.gz')).toBeInTheDocument();
  });

  it('says how many objects are older than what is kept, and Enable says it again', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    sidecar.preview = { ...PREVIEW, ages: { listed: 1300, isAll: false, older: 1240, keptDays: 395 } };
    await user.click(button('Save source'));
    await screen.findByText(/^Saved, and disabled/);
    await runTest(user, 'Passed.');
    await user.click(button('Preview'));
    await screen.findByText('Nothing was written or deleted.', {}, LONG);
    const older = /^1,240 of the first 1,300 objects listed are older than the 395 days that Flowscope keeps: they are/;
    expect(within(step('Preview')).getByText(older)).toBeInTheDocument();
    expect(within(step('Save & enable')).getByText(older)).toHaveTextContent(
      / All is ready: agree that objects are deleted/
    );
  });

  it('says that there is nothing yet, and why it broke off', async () => {
    const { user, sidecar } = await edit(new FakeSidecar([sourceOf()]));
    sidecar.preview = { ...PREVIEW, looked: 0, hasMore: false };
    await user.click(button('Preview'));
    expect(await screen.findByText('There is no flow log here yet', {}, LONG)).toBeInTheDocument();

    sidecar.preview = { error: 'Access to flow-logs was denied.' };
    await user.click(button('Preview'));
    expect(await screen.findByText(/^Access to flow-logs was denied/, {}, LONG)).toBeInTheDocument();
    expect(next()).toBe(step('Test'));
  });
});

describe('changing a source', () => {
  it('keeps what was typed when somebody else was faster, shows what they changed, and saves after that', async () => {
    const { user, sidecar } = await edit(new FakeSidecar([sourceOf()]));
    await user.type(box(/^Prefix/), 'mine');
    sidecar.refuseAsStale('put', 'admin/sources/:id');
    sidecar.changeBehindTheBack('src-1', { name: 'renamed', pollSeconds: 30 });
    await user.click(button('Save source'));
    expect(await screen.findByText('Not saved: somebody changed this source meanwhile')).toBeInTheDocument();
    expect(box(/^Prefix/)).toHaveValue('mine');

    const sources = sidecar.sources;
    server.resetHandlers();
    const now = new FakeSidecar(sources);
    await user.click(await screen.findByRole('button', { name: 'Reload and look again' }));
    expect(box(/^Name/)).toHaveValue('renamed');
    expect(box(/^Prefix/)).toHaveValue('mine');
    expect(screen.getByText('Somebody changed Name: renamed · Look every: 30')).toBeInTheDocument();

    await user.click(button('Save source'));
    await screen.findByText(/^Saved, and disabled/);
    expect(now.changes).toMatchObject([{ what: 'change', body: { name: 'renamed', prefix: 'mine', pollSeconds: 30 } }]);
  });

  it('keeps the secret that is stored', async () => {
    const { user, sidecar } = await edit(new FakeSidecar([sourceOf({ accessKeyId: 'AKIASTORED', hasSecret: true })]));
    await user.type(box(/^Prefix/), 'x');
    await user.click(button('Save source'));
    await screen.findByText(/^Saved, and disabled/);
    expect(sidecar.changes[0].body).not.toHaveProperty('secretAccessKey');
    expect(sidecar.changes[0].body).toMatchObject({ accessKeyId: 'AKIASTORED' });
  });

  it('disables an enabled one', async () => {
    const { user, sidecar } = await edit(new FakeSidecar([sourceOf({ enabled: true, state: 'collecting' })]));
    expect(next()).toBeUndefined();
    await user.click(button('Disable'));
    expect(await screen.findByText('Saved, and disabled: nothing is collected yet.')).toBeInTheDocument();
    expect(sidecar.changes).toMatchObject([{ what: 'disable' }]);
  });

  it('asks before unsaved changes are left, by its own way out and by others', async () => {
    const { user } = await edit(new FakeSidecar([sourceOf()]));
    await user.type(box(/^Prefix/), 'x');
    await user.click(button('All sources'));
    await user.click(await screen.findByRole('button', { name: 'Keep editing' }));
    expect(box(/^Prefix/)).toHaveValue('x');

    act(() => locationService.push('/plugins/flowscope-awsflowlogs-app?page=exporters'));
    expect(await screen.findByText('What you changed of prod is not saved.')).toBeInTheDocument();
    expect(locationService.getLocation().pathname).toBe('/');
    const question = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(question).getByRole('button', { name: 'Leave without saving' }));
    expect(locationService.getLocation().search).toBe('?page=exporters');

    act(() => locationService.push('/'));
    await user.click(await screen.findByRole('button', { name: 'Keep editing' }));
    await user.clear(box(/^Prefix/));
    expect(box(/^Prefix/)).toHaveValue('');
    await waitFor(() => expect(button('Save source')).toBeDisabled());
    act(() => locationService.push('/'));
    expect(locationService.getLocation().pathname).toBe('/');
    await user.click(button('All sources'));
    expect(await screen.findByRole('button', { name: 'Add an S3 source' })).toBeInTheDocument();
  });

  it('shows permissions for what stands in the form', async () => {
    const { user } = await edit(new FakeSidecar([sourceOf()]));
    await user.type(box(/^Prefix/), 'typed');
    await user.click(button('Permissions'));
    expect(await screen.findByText('{"bucket":"flow-logs","prefix":"typed"}')).toBeInTheDocument();
  });

  it('shows permissions for who signed in at the Test, whatever its message', async () => {
    const { user, sidecar } = await begin(new FakeSidecar());
    const signedInAs = 'arn:aws:iam::111122223333:user/flowscope';
    sidecar.checks = checksOf({ credentials: { message: 'All is well', signedInAs } });
    await runTest(user, 'Passed.');
    await user.click(button('Permissions'));
    expect(await screen.findByRole('textbox', { name: /Who signs in/ })).toHaveValue(signedInAs);
  });

  it('shows permissions only once bucket and region are known, and says so', async () => {
    new FakeSidecar();
    const { user } = render(<Sources />, { url: '/?page=sources&source=new' });
    await fill(user, await screen.findByRole('textbox', { name: /^Bucket/ }), 'flow-logs');
    expect(button('Permissions')).toHaveAttribute('aria-disabled', 'true');
    await user.hover(button('Permissions'));
    expect(await screen.findByText(/^Enter bucket and region first/)).toBeInTheDocument();
    await user.click(button('Permissions'));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await chooseRegion(user, 'eu-west-1');
    await user.click(button('Permissions'));
    expect(await screen.findByText('{"bucket":"flow-logs","prefix":""}')).toBeInTheDocument();
  });
});
