import React from 'react';
import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse } from 'msw';

import { changeExporters } from '../../../contract/exporters';
import { render } from '../../test/render';
import { refuses, server, unreachable } from '../../test/server';
import { toastsForTests } from '../../test/toasts';
import { Exporters } from './Exporters';
import { made, NOW, sidecarWith } from './testing';

const toasts = toastsForTests();

const SHOP = made('111122223333/vpc-1', { name: 'shop', recordsPerMinute: 12.34 });
const MAIL = made('111122223333/vpc-2', {
  alias: 'Mail, production',
  name: 'mail',
  recordsPerMinute: 1234.5,
  lastSeen: NOW - 12.6 * 60,
});
const SUBNET = made('444455556666/subnet-9', {
  alias: 'Lab',
  name: 'lab-a',
  from: 'subnet',
  state: 'disabled',
  health: 'disabled',
  enabled: false,
});
const OLD = made('444455556666/eni-7', {
  from: 'interface',
  state: 'idle',
  health: 'idle',
  lastSeen: NOW - 40 * 86_400,
});
const NEW = made('777788889999/vpc-3', { name: 'fresh', firstSeen: NOW - 60, recordsPerMinute: undefined });

async function opened() {
  const view = render(<Exporters />);
  await screen.findByRole('table');
  return view;
}

const rowOf = (name: string) => screen.getByLabelText(`Select ${name}`).closest('tr')!;
/** Not by label text: for each element jsdom looks through all labels of the page. */
const titles = () =>
  [...document.querySelectorAll('[aria-label^="Select "]')]
    .map((box) => box.getAttribute('aria-label')!.replace('Select ', ''))
    .filter((title) => !title.startsWith('all'));

describe('the list', () => {
  it('shows who they are, how many records come from them and how many of the limit are in use', async () => {
    sidecarWith([SHOP, MAIL, SUBNET, OLD], { counted: 2, limit: 500 });
    const { user } = await opened();

    expect(screen.getByRole('heading', { name: '2 of 500' })).toBeInTheDocument();
    expect(screen.getByRole('meter', { name: 'Exporters counted' })).toHaveAttribute('aria-valuetext', '2 of 500');
    const mail = within(rowOf('Mail, production'));
    expect(mail.getByText('vpc-2')).toBeInTheDocument();
    expect(mail.getByText('mail, from vpc-id')).toBeInTheDocument();
    expect(mail.getByText('1,235')).toBeInTheDocument();
    expect(mail.getByText('13 min ago')).toBeInTheDocument();
    expect(within(rowOf('shop')).getByText('12')).toBeInTheDocument();
    expect(rowOf('Lab')).toHaveTextContent('lab-a · subnet-9');
    expect(within(rowOf('Lab')).getByText('VPC unknown, from subnet')).toBeInTheDocument();

    expect(mail.getByRole('link', { name: 'Show Mail, production in the report Interface' })).toHaveAttribute(
      'href',
      '/d/flowscope-interface?var-exporter=vpc-2'
    );
    await user.hover(within(rowOf('eni-7')).getByText('Idle'));
    expect(await screen.findByText(/frees its place in the limit/)).toBeInTheDocument();
  });

  it.each([
    ['receiving', 'Receiving', /the newest end less than 20 minutes ago/],
    ['late', 'Late', /newest records end more than 20 minutes ago/],
    ['silent', 'Silent', /No record of it came for 60 minutes/],
  ] as const)('says in a word and in what it means that one is %s', async (health, word, meaning) => {
    sidecarWith([{ ...SHOP, health }, OLD]);
    const { user } = await opened();
    // By keyboard, too.
    act(() => within(rowOf('shop')).getByText(word).closest<HTMLElement>('[tabindex]')!.focus());
    expect(await screen.findByText(meaning)).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: word }));
    expect(titles()).toEqual(['shop']);
  });

  it('is searched, filtered and sorted', async () => {
    sidecarWith([SHOP, MAIL, SUBNET, OLD]);
    const { user } = await opened();
    expect(titles()).toEqual(['eni-7', 'Lab', 'Mail, production', 'shop']);

    await user.click(screen.getByRole('button', { name: 'Records/min' }));
    await user.click(screen.getByRole('button', { name: 'Records/min' }));
    expect(titles()).toEqual(['Mail, production', 'shop', 'eni-7', 'Lab']);

    const search = screen.getByRole('textbox', { name: 'Search exporters' });
    await user.type(search, 'VPC-');
    expect(titles()).toEqual(['Mail, production', 'shop']);
    expect(screen.getByText('2 of 4 exporters')).toBeInTheDocument();

    await user.click(screen.getByRole('radio', { name: 'Disabled' }));
    expect(screen.getByText('Nothing matches “VPC-”')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Clear search' }));
    expect(titles()).toHaveLength(4);

    await user.click(screen.getByRole('radio', { name: 'Disabled' }));
    expect(titles()).toEqual(['Lab']);
  });

  it('shows no rate where there is none yet, and sorts it last either way', async () => {
    sidecarWith([NEW, SHOP, MAIL]);
    const { user } = await opened();
    // By keyboard too.
    act(() => within(rowOf('fresh')).getByText('–').focus());
    expect(await screen.findByText(/^Only records that are older than an hour have come/)).toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Records/min' }));
    expect(titles()).toEqual(['shop', 'Mail, production', 'fresh']);
    await user.click(screen.getByRole('button', { name: 'Records/min' }));
    expect(titles()).toEqual(['Mail, production', 'shop', 'fresh']);
  });

  it('holds thousands, all of which are searched', async () => {
    sidecarWith(Array.from({ length: 1201 }, (_, n) => made(`1/vpc-${n}`)));
    const { user } = await opened();
    expect(titles()).toHaveLength(50);
    await user.click(screen.getByRole('button', { name: '2' }));
    expect(titles()[0]).toBe('vpc-50');

    await user.type(screen.getByRole('textbox', { name: 'Search exporters' }), 'vpc-1200');
    expect(titles()).toEqual(['vpc-1200']);
  });

  it('says what comes first while there is none', async () => {
    sidecarWith([]);
    render(<Exporters />);
    expect(await screen.findByText('No exporter yet: they appear with the first objects')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: '0 of 500' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Open S3 sources' })).toHaveAttribute(
      'href',
      expect.stringContaining('/config/sources')
    );
  });

  it('says that nothing answers, and tries again', async () => {
    server.use(unreachable());
    const { user } = render(<Exporters />);
    expect(await screen.findByRole('alert')).toHaveTextContent('The exporters cannot be shown');
    sidecarWith([SHOP]);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('switch', { name: 'Enabled: shop' })).toBeInTheDocument();
  });
});

describe('warnings', () => {
  it('tell what found no place, and what helps', async () => {
    sidecarWith([SHOP], {
      counted: 1,
      limit: 1,
      overflow: { exporters: 7, records: 1200, examples: ['1/vpc-8', '1/vpc-9'] },
    });
    await opened();
    const alert = screen.getByText('7 exporters found no place under the limit').closest('[role]');
    expect(alert).toHaveTextContent(/1,200 records.*1\/vpc-8, 1\/vpc-9 and others.*Raise the limit/);
  });

  it('tell that there is room again', async () => {
    sidecarWith([SHOP], { limit: 9, overflow: { exporters: 1, records: 1, examples: ['1/vpc-8'] } });
    await opened();
    expect(screen.getByText(/There is room now/)).toBeInTheDocument();
  });

  it('tell that a lowered limit takes no place away', async () => {
    sidecarWith([SHOP, MAIL], { limit: 1 });
    await opened();
    expect(screen.getByText('2 exporters have a place, more than the limit of 1')).toBeInTheDocument();
  });

  it('tell which flow logs to recreate', async () => {
    sidecarWith([SHOP, SUBNET], { fallbacks: 1 });
    await opened();
    expect(
      screen.getByText('1 exporter is a subnet or an interface, because the flow logs lack vpc-id')
    ).toBeInTheDocument();
    expect(screen.getByText(/Recreate the flow log with vpc-id/)).toBeInTheDocument();
  });
});

describe('switching exporters', () => {
  it('asks before one is disabled, and does nothing when that is cancelled', async () => {
    const { asked } = sidecarWith([SHOP, MAIL]);
    const { user } = await opened();
    await user.click(screen.getByRole('switch', { name: 'Enabled: shop' }));
    const dialog = await screen.findByRole('dialog', { name: 'Disable shop?' });
    expect(dialog).toHaveTextContent('Its records are left out of the reports; only their number is kept.');
    expect(dialog).toHaveTextContent('deleted from the bucket, so this traffic cannot be collected later.');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(asked).toEqual([]);
    expect(screen.getByRole('switch', { name: 'Enabled: shop' })).toBeChecked();
  });

  it('disables one, and enables it again without asking', async () => {
    const { asked } = sidecarWith([SHOP, MAIL]);
    const { user } = await opened();
    await user.click(screen.getByRole('switch', { name: 'Enabled: shop' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Disable' }));
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Enabled: shop' })).not.toBeChecked());
    expect(within(rowOf('shop')).getByText('Disabled')).toBeInTheDocument();

    await waitFor(() => expect(screen.getByRole('switch', { name: 'Enabled: shop' })).toBeEnabled());
    await user.click(screen.getByRole('switch', { name: 'Enabled: shop' }));
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Enabled: shop' })).toBeChecked());
    expect(asked).toEqual([
      { ids: [SHOP.id], enabled: false },
      { ids: [SHOP.id], enabled: true },
    ]);
    expect(toasts()).toEqual(['shop is disabled.', 'shop is enabled.']);
  });

  describe('more than a thousand at once', () => {
    const disableAll = async () => {
      const sidecar = sidecarWith([SHOP, ...Array.from({ length: 1100 }, (_, n) => made(`1/vpc-${n}`))]);
      const { user } = await opened();
      await user.type(screen.getByRole('textbox', { name: 'Search exporters' }), '1/vpc');
      await user.click(screen.getByRole('checkbox', { name: 'Select all 1,100' }));
      expect(screen.getByText('1,100 selected')).toBeInTheDocument();
      await user.click(screen.getByRole('button', { name: 'Disable selected' }));
      const dialog = await screen.findByRole('dialog', { name: 'Disable 1,100 exporters?' });
      expect(dialog).toHaveTextContent('Their records are left out of the reports');
      const disable = () => user.click(within(dialog).getByRole('button', { name: 'Disable' }));
      const sizes = () => sidecar.asked.map((body) => changeExporters.parse(body).ids.length);
      return { user, sidecar, dialog, disable, sizes };
    };

    it('are taken in as many requests as it needs, and shows how far that is', async () => {
      const { sidecar, dialog, disable, sizes } = await disableAll();
      let goOn = () => {};
      const held = new Promise<void>((resolve) => (goOn = resolve));
      sidecar.hooks.beforeChange = () => (sidecar.asked.length > 0 ? held : undefined);
      await disable();
      expect(await within(dialog).findByText('1,000 of 1,100 exporters done')).toBeInTheDocument();
      expect(toasts()).toEqual([]);

      goOn();
      await waitFor(() => expect(toasts()).toEqual(['1,100 exporters are disabled.']));
      expect(sizes()).toEqual([1000, 100]);
      expect(screen.queryByText(/exporters done/)).not.toBeInTheDocument();
    });

    it('say how many were switched before it failed, and the others can still be', async () => {
      const { user, sidecar, disable, sizes } = await disableAll();
      sidecar.hooks.beforeChange = () => {
        if (sidecar.asked.length > 0) {
          throw HttpResponse.json({ error: { code: 'unavailable', message: 'The disk is full.' } }, { status: 503 });
        }
      };
      await disable();
      const alert = await screen.findByRole('alert', { name: 'Only 1,000 of 1,100 exporters were disabled' });
      expect(alert).toHaveTextContent('The disk is full.');
      expect(screen.getByRole('switch', { name: 'Enabled: vpc-0' })).not.toBeChecked();
      expect(screen.getByText('1,100 selected')).toBeInTheDocument();
      expect(toasts()).toEqual([]);

      sidecar.hooks.beforeChange = () => undefined;
      await user.click(screen.getByRole('button', { name: 'Disable selected' }));
      await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Disable' }));
      await waitFor(() => expect(toasts()).toEqual(['1,100 exporters are disabled.']));
      expect(sizes()).toEqual([1000, 1000, 100]);
    });
  });

  it('enables those that are selected one by one', async () => {
    const off = { enabled: false, state: 'disabled' as const, health: 'disabled' as const };
    const { asked } = sidecarWith([{ ...SHOP, ...off }, { ...MAIL, ...off }, SUBNET]);
    const { user } = await opened();
    expect(screen.getByRole('button', { name: 'Enable selected' })).toBeDisabled();
    await user.click(screen.getByRole('checkbox', { name: 'Select shop' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select Lab' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select Lab' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select Mail, production' }));
    await user.click(screen.getByRole('button', { name: 'Enable selected' }));
    await waitFor(() => expect(asked).toEqual([{ ids: [SHOP.id, MAIL.id], enabled: true }]));
    expect(await screen.findByRole('button', { name: 'Enable selected' })).toBeDisabled();
  });

  it('says that somebody was faster, keeps the selection, and goes on after looking again', async () => {
    const sidecar = sidecarWith([SHOP, MAIL]);
    const { user } = await opened();
    sidecar.changeMeanwhile({ limit: 77 });
    await user.click(screen.getByRole('checkbox', { name: 'Select shop' }));
    await user.click(screen.getByRole('button', { name: 'Enable selected' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Somebody else changed this in the meantime');

    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByRole('heading', { name: '2 of 77' })).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(screen.getByText('1 selected')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Enable selected' }));
    await waitFor(() => expect(sidecar.asked).toEqual([{ ids: [SHOP.id], enabled: true }]));
  });

  it('repeats why the sidecar refused', async () => {
    sidecarWith([SHOP]);
    server.use(refuses('patch', 'admin/exporters', 404, { code: 'not-found', message: 'There is no exporter x.' }));
    const { user } = await opened();
    await user.click(screen.getByRole('checkbox', { name: 'Select shop' }));
    await user.click(screen.getByRole('button', { name: 'Enable selected' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('There is no exporter x.');
    expect(toasts()).toEqual([]);
  });
});

describe('an alias', () => {
  const edit = async (user: Awaited<ReturnType<typeof opened>>['user'], name: string) => {
    await user.click(screen.getByRole('button', { name: `Edit the alias of ${name}` }));
    return screen.getByRole('textbox', { name: /^Alias of/ });
  };

  it('is given with Enter, and focus goes back to the pencil', async () => {
    const { asked } = sidecarWith([SHOP, MAIL]);
    const { user } = await opened();
    await user.type(await edit(user, 'shop'), 'Web shop{Enter}');
    expect(await screen.findByText('Web shop')).toBeInTheDocument();
    expect(asked).toEqual([{ id: SHOP.id, alias: 'Web shop' }]);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Edit the alias of Web shop' })).toHaveFocus());
  });

  it('is edited over its cell, whose content keeps its place', async () => {
    sidecarWith([SHOP]);
    const { user } = await opened();
    await edit(user, 'shop');
    expect(screen.getByText('shop', { selector: 'span' })).not.toBeVisible();
    expect(screen.queryByRole('link', { name: /in the report Interface/ })).not.toBeInTheDocument();
  });

  it('is taken away by emptying it', async () => {
    const { asked } = sidecarWith([MAIL]);
    const { user } = await opened();
    await user.clear(await edit(user, 'Mail, production'));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('button', { name: 'Edit the alias of mail' })).toBeInTheDocument();
    expect(asked).toEqual([{ id: MAIL.id, alias: '' }]);
  });

  it('stays as it was after Escape', async () => {
    const { asked } = sidecarWith([SHOP]);
    const { user } = await opened();
    await user.type(await edit(user, 'shop'), 'x{Escape}');
    expect(screen.queryByRole('textbox', { name: /^Alias of/ })).not.toBeInTheDocument();
    expect(screen.getByText('shop', { selector: 'span' })).toBeVisible();
    expect(asked).toEqual([]);
  });

  it('is sent without the spaces around it', async () => {
    const { asked } = sidecarWith([SHOP]);
    const { user } = await opened();
    await user.type(await edit(user, 'shop'), ' Web shop {Enter}');
    expect(await screen.findByText('Web shop')).toBeInTheDocument();
    expect(asked).toEqual([{ id: SHOP.id, alias: 'Web shop' }]);
  });

  it('that is no alias is not sent', async () => {
    const { asked } = sidecarWith([SHOP]);
    const { user } = await opened();
    const input = await edit(user, 'shop');
    await user.click(input);
    await user.paste('x'.repeat(65));
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Must have at most 64 characters')).toBeInTheDocument();
    await user.clear(input);
    await user.paste('Web\u2028shop');
    expect(await screen.findByText('Must be one line of text')).toBeInTheDocument();
    expect(asked).toEqual([]);
  });

  it('and a limit being typed are not refused because exporters are switched on the same page', async () => {
    const { asked } = sidecarWith([SHOP, SUBNET, OLD]);
    const { user } = await opened();
    const limit = screen.getByRole('spinbutton', { name: /^Limit/ });
    await user.clear(limit);
    await user.type(limit, '37');
    await user.type(await edit(user, 'shop'), 'Web shop');
    for (const name of ['Lab', 'eni-7']) {
      await user.click(screen.getByRole('checkbox', { name: `Select ${name}` }));
      await user.click(screen.getByRole('button', { name: 'Enable selected' }));
      await waitFor(() => expect(screen.getByRole('checkbox', { name: `Select ${name}` })).not.toBeChecked());
    }

    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Web shop')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Save limit' }));
    expect(await screen.findByRole('heading', { name: '3 of 37' })).toBeInTheDocument();
    expect(asked.slice(2)).toEqual([{ id: SHOP.id, alias: 'Web shop' }, { limit: 37 }]);
  });

  it('is refused once somebody else changed something between two changes from here', async () => {
    const { asked, changeMeanwhile } = sidecarWith([SHOP, SUBNET]);
    const { user } = await opened();
    await user.type(await edit(user, 'shop'), 'Web shop');
    await user.click(screen.getByRole('checkbox', { name: 'Select Lab' }));
    await user.click(screen.getByRole('button', { name: 'Enable selected' }));
    await waitFor(() => expect(screen.getByRole('checkbox', { name: 'Select Lab' })).not.toBeChecked());
    changeMeanwhile({ limit: 77 });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/Somebody else changed the exporters in the meantime/)).toBeInTheDocument();
    expect(asked).toHaveLength(1);
  });

  it('is kept as typed when somebody was faster', async () => {
    const { asked, changeMeanwhile } = sidecarWith([SHOP]);
    const { user } = await opened();
    const input = await edit(user, 'shop');
    await user.type(input, 'Web shop');
    changeMeanwhile({ limit: 77 });
    await user.keyboard('{Enter}');
    expect(await screen.findByText(/Somebody else changed the exporters in the meantime/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByText(/This alias was not changed/)).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: '1 of 77' })).toBeInTheDocument();
    expect(input).toHaveValue('Web shop');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked).toEqual([{ id: SHOP.id, alias: 'Web shop' }]));
  });

  it('does not replace one that somebody gave while it was typed, though the list shows that one by then', async () => {
    const { asked, changeMeanwhile } = sidecarWith([SHOP, MAIL]);
    const { user } = await opened();
    const input = await edit(user, 'shop');
    await user.type(input, 'Web shop');
    changeMeanwhile({ items: [{ ...SHOP, alias: 'Store' }, MAIL] });
    // Whatever reads the list again: here, that an exporter is switched.
    await user.click(screen.getByRole('checkbox', { name: 'Select Mail, production' }));
    await user.click(screen.getByRole('button', { name: 'Enable selected' }));
    await user.click(await screen.findByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByRole('form', { name: 'Alias of Store' })).toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/Somebody else changed the exporters in the meantime/)).toBeInTheDocument();
    expect(asked).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByText('It is now called “Store”: saving replaces that.')).toBeInTheDocument();
    expect(input).toHaveValue('Web shop');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked).toEqual([{ id: SHOP.id, alias: 'Web shop' }]));
  });
});

describe('the limit', () => {
  const type = async (user: Awaited<ReturnType<typeof opened>>['user'], text: string) => {
    const input = screen.getByRole('spinbutton', { name: /^Limit/ });
    await user.clear(input);
    await user.type(input, text);
    await user.click(screen.getByRole('button', { name: 'Save limit' }));
    return input;
  };

  it('is changed', async () => {
    const { asked } = sidecarWith([SHOP]);
    const { user } = await opened();
    expect(screen.getByRole('button', { name: 'Save limit' })).toBeDisabled();
    await type(user, '37');
    expect(await screen.findByRole('heading', { name: '1 of 37' })).toBeInTheDocument();
    expect(asked).toEqual([{ limit: 37 }]);
    expect(toasts()).toEqual(['Up to 37 exporters are now counted separately.']);
  });

  it.each([
    ['0', 'The limit is at least 1'],
    ['10001', 'The limit is at most 10,000'],
    ['1.5', 'The limit must be a whole number'],
    ['{Backspace}', 'The limit must be a whole number'],
  ])('cannot be %s', async (text, why) => {
    const { asked } = sidecarWith([SHOP]);
    const { user } = await opened();
    await type(user, text);
    expect(await screen.findByText(why)).toBeInTheDocument();
    expect(asked).toEqual([]);
  });

  it('below what is in use is warned about before it is saved, and after', async () => {
    const { asked } = sidecarWith([SHOP, MAIL, NEW]);
    const { user } = await opened();
    const input = screen.getByRole('spinbutton', { name: /^Limit/ });
    await user.clear(input);
    await user.type(input, '3');
    expect(screen.queryByText(/is less than/)).not.toBeInTheDocument();
    await user.clear(input);
    await user.type(input, '2');
    const warning = screen.getByText('2 is less than the 3 exporters that have a place').closest('[role]');
    expect(warning).toHaveTextContent(/keep their places\. New ones.*overflow until 2 exporters are disabled or idle/);
    expect(asked).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Save limit' }));
    expect(await screen.findByText('3 exporters have a place, more than the limit of 2')).toBeInTheDocument();
    expect(screen.queryByText(/is less than/)).not.toBeInTheDocument();
  });

  it('is kept as typed when somebody was faster', async () => {
    const { changeMeanwhile } = sidecarWith([SHOP]);
    const { user } = await opened();
    changeMeanwhile({ limit: 40 });
    const input = await type(user, '37');
    expect(await screen.findByRole('alert')).toHaveTextContent('The limit was not changed');
    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByRole('heading', { name: '1 of 40' })).toBeInTheDocument();
    expect(input).toHaveValue(37);
    await user.click(screen.getByRole('button', { name: 'Save limit' }));
    expect(await screen.findByRole('heading', { name: '1 of 37' })).toBeInTheDocument();
  });
});
