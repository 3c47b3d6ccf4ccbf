import React from 'react';
import { screen, within } from '@testing-library/react';

import {
  addedCollector,
  collectorList,
  movedSources,
  removedCollector,
  type CollectorView,
} from '../../../contract/collectors';
import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { answers, refuses, server } from '../../test/server';
import { Collectors } from './Collectors';

layoutForTests();

const PATH = 'admin/collectors';
const NOW = Math.floor(Date.now() / 1000);
const PRIMARY: CollectorView = {
  ...{ id: 'primary', name: 'primary', isPrimary: true, created: 0, heard: NOW, isSilent: false },
  ...{
    version: '1.0.0',
    host: 'main',
    sources: ['prod'],
    recordsPerSecond: 1234.4,
    lag: 120,
    errors: 0,
    plansInHand: 0,
  },
};
const WEST: CollectorView = {
  ...{ id: 'col-1', name: 'west', isPrimary: false, created: NOW - 9000, heard: NOW - 600, isSilent: true },
  ...{ version: '1.0.0', host: 'edge', sources: ['stage', 'lab'], recordsPerSecond: 0, errors: 3, plansInHand: 2 },
};
const EAST: CollectorView = {
  ...{ id: 'col-2', name: 'east', isPrimary: false, created: NOW, isSilent: false, sources: [], plansInHand: 0 },
};

/** The sidecar as far as its collectors are concerned. Returns what was asked of it. */
function sidecarHas(...items: CollectorView[]) {
  const asked: unknown[] = [];
  let now = items;
  server.use(
    answers(collectorList, 'get', PATH, () => ({ items: now })),
    answers(addedCollector, 'post', PATH, async ({ request }) => {
      const { name } = (await request.json()) as { name: string };
      now = [...now, { ...EAST, name }];
      return { id: 'col-9', name, token: 'fsc_the-token' };
    }),
    answers(movedSources, 'post', `${PATH}/:id/move`, async ({ params, request }) => {
      asked.push(['move', params.id, await request.json()]);
      return { sources: ['stage', 'lab'], plansInHand: 2 };
    }),
    answers(removedCollector, 'delete', `${PATH}/:id`, ({ params, query }) => {
      asked.push(['remove', params.id, query.get('to')]);
      now = now.filter(({ name }) => name !== params.id);
      return { sources: ['stage', 'lab'], plansInHand: 0, plans: [] };
    })
  );
  return asked;
}

const row = async (name: string) =>
  within((await screen.findAllByRole('row')).find((one) => within(one).queryByText(name, { exact: false }) !== null)!);

describe('Collectors', () => {
  it('says that the sidecar collects alone, and adds another one, whose token is shown once', async () => {
    sidecarHas(PRIMARY);
    const { user } = render(<Collectors />);
    expect(await screen.findByText(/This sidecar collects alone/)).toBeInTheDocument();
    expect(screen.queryByRole('table')).not.toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Add collector' }));
    await user.type(await screen.findByLabelText(/Name/), ' west-1 ');
    await user.click(screen.getByRole('button', { name: 'Add' }));
    expect(await screen.findByText('Copy the token now: it is not shown again')).toBeInTheDocument();
    expect(screen.getByDisplayValue('fsc_the-token')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Done' }));
    expect(screen.queryByDisplayValue('fsc_the-token')).not.toBeInTheDocument();
    expect(await screen.findByRole('row', { name: /west-1/ })).toBeInTheDocument();
  });

  it('lists what each does, and says which is silent', async () => {
    sidecarHas(PRIMARY, EAST, WEST);
    render(<Collectors />);
    const west = await row('west');
    ['edge', 'stage, lab', '3', 'Silent'].forEach((text) => expect(west.getByText(text)).toBeInTheDocument());
    const primary = await row('primary');
    ['main', 'prod', '1,234', '2 min'].forEach((text) => expect(primary.getByText(text)).toBeInTheDocument());
    expect(primary.queryByRole('button', { name: /^Remove/ })).not.toBeInTheDocument();
    expect((await row('east')).getByText('Never joined')).toBeInTheDocument();
    expect(screen.getByText('Collector west is silent')).toBeInTheDocument();
    expect(screen.getByText(/It has 2 objects in hand/)).toBeInTheDocument();
  });

  it('moves the sources of one that may still be alive, after saying what that means', async () => {
    const asked = sidecarHas(PRIMARY, EAST, WEST);
    const { user } = render(<Collectors />);
    await user.click(await screen.findByRole('button', { name: 'Move sources of west' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      dialog.getByText(/It may still be alive: what it asks about them from then on is refused/)
    ).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Move' }));
    expect(await screen.findByText(/Moved to primary: stage, lab\. It had 2 objects in hand/)).toBeInTheDocument();
    expect(asked).toEqual([['move', 'west', { to: 'primary' }]]);
  });

  it('removes one, whose sources go to another', async () => {
    const asked = sidecarHas(PRIMARY, WEST);
    const { user } = render(<Collectors />);
    await user.click(await screen.findByRole('button', { name: 'Remove west' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/Its token opens nothing from that moment on/)).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Remove' }));
    expect(await screen.findByText(/Collector west was removed\. Moved to primary: stage, lab\./)).toBeInTheDocument();
    expect(asked).toEqual([['remove', 'west', 'primary']]);
    expect(await screen.findByText(/This sidecar collects alone/)).toBeInTheDocument();
  });

  it('says why a collector was not added, and lets another name be tried', async () => {
    sidecarHas(PRIMARY);
    server.use(
      refuses('post', PATH, 409, { code: 'taken', message: 'This name is taken: there is a collector "west".' })
    );
    const { user } = render(<Collectors />);
    await user.click(await screen.findByRole('button', { name: 'Add collector' }));
    await user.type(await screen.findByLabelText(/Name/), 'west');
    await user.click(screen.getByRole('button', { name: 'Add' }));
    expect(await screen.findByText('The collector was not added')).toBeInTheDocument();
    expect(screen.getByText('This name is taken: there is a collector "west".')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Add' })).toBeEnabled();
  });

  it('says why they cannot be shown', async () => {
    server.use(refuses('get', PATH, 503, { code: 'unavailable', message: 'The registry is gone.' }));
    render(<Collectors />);
    expect(await screen.findByText('The collectors cannot be shown')).toBeInTheDocument();
  });
});
