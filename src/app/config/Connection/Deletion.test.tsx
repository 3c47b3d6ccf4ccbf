import React from 'react';
import { screen, within } from '@testing-library/react';

import { holdState } from '../../../contract/hold';
import { render } from '../../test/render';
import { answers, refuses, server } from '../../test/server';
import { Deletion } from './Deletion';

const HELD = { since: 1_795_500_000, actor: 'ada', reason: 'the store looks odd' };
const PATH = 'admin/hold';

/** The sidecar as far as the hold is concerned. */
function sidecarHolds(initially?: typeof HELD) {
  let hold = initially;
  const sent: unknown[] = [];
  server.use(
    answers(holdState, 'get', PATH, () => ({ hold })),
    answers(holdState, 'put', PATH, async ({ request }) => {
      sent.push(await request.json());
      hold = HELD;
      return { hold };
    }),
    answers(holdState, 'delete', PATH, () => {
      sent.push('release');
      hold = undefined;
      return {};
    })
  );
  return sent;
}

async function confirm(button: string, typed?: string) {
  const { user } = render(<Deletion />);
  await user.click(await screen.findByRole('button', { name: button }));
  const dialog = within(await screen.findByRole('dialog'));
  if (typed !== undefined) {
    await user.type(dialog.getByLabelText(/Reason/), typed);
  }
  await user.click(dialog.getByRole('button', { name: button }));
  return user;
}

describe('Deletion', () => {
  it('is stopped for a reason, after asking', async () => {
    const sent = sidecarHolds();
    await confirm('Stop all deletion', ' the store looks odd ');
    expect(await screen.findByText('Deletion is on hold')).toBeInTheDocument();
    expect(screen.getByText(/ada stopped it .*: the store looks odd\./)).toBeInTheDocument();
    expect(sent).toEqual([{ reason: 'the store looks odd' }]);
  });

  it('is stopped without a reason', async () => {
    const sent = sidecarHolds();
    await confirm('Stop all deletion');
    expect(await screen.findByText('Deletion is on hold')).toBeInTheDocument();
    expect(sent).toEqual([{}]);
  });

  it('is released, after saying what that means', async () => {
    const sent = sidecarHolds(HELD);
    await confirm('Release');
    expect(await screen.findByRole('button', { name: 'Stop all deletion' })).toBeInTheDocument();
    expect(sent).toEqual(['release']);
  });

  it('says why it was not stopped', async () => {
    server.use(
      answers(holdState, 'get', PATH, {}),
      refuses('put', PATH, 503, { code: 'unavailable', message: 'The registry is gone.' })
    );
    await confirm('Stop all deletion');
    expect(await screen.findByText('Deletion was not stopped')).toBeInTheDocument();
    expect(screen.getByText('The registry is gone.')).toBeInTheDocument();
  });
});
