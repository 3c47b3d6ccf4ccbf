import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';

import { logPage, type LogLine } from '../../../contract/log';
import { render } from '../../test/render';
import { answers, refuses, server } from '../../test/server';
import { SidecarLog } from './SidecarLog';

const line = (id: number, level: LogLine['level'], message: string, details?: string): LogLine => ({
  ...{ id, at: 1_795_500_000_000 + id, level, message, details },
});

/** Answers pages of one line, of the level that is asked for. */
function sidecarLogs(lines: LogLine[]) {
  const asked: string[] = [];
  server.use(
    answers(logPage, 'get', 'admin/log', ({ request }) => {
      const { searchParams } = new URL(request.url);
      asked.push(searchParams.get('level')!);
      const wanted = lines.filter(({ level }) => searchParams.get('level') === 'debug' || level === 'error');
      const at = Number(searchParams.get('cursor') ?? 0);
      return {
        items: wanted.slice(at, at + 2),
        total: wanted.length,
        ...(wanted.length > at + 2 && { next: String(at + 2) }),
      };
    })
  );
  return asked;
}

const shown = () =>
  within(screen.getByRole('region', { name: 'Lines of the log' }))
    .getAllByRole('row')
    .slice(1);

async function open() {
  const { user } = render(<SidecarLog />);
  await user.click(screen.getByRole('button', { name: /Log of the sidecar/ }));
  return user;
}

describe('the log of the sidecar', () => {
  it('is read when it is opened, the newest first, and goes on to older lines', async () => {
    const asked = sidecarLogs([
      line(3, 'error', 'S3 does not answer', '{"source":"prod"}'),
      line(2, 'warn', 'slow'),
      line(1, 'info', 'API at …'),
    ]);
    const { user } = render(<SidecarLog />);
    expect(asked).toEqual([]);
    await user.click(screen.getByRole('button', { name: /Log of the sidecar/ }));
    expect(await screen.findByText('S3 does not answer')).toBeInTheDocument();
    expect(screen.getByText('{"source":"prod"}')).toBeInTheDocument();
    expect(screen.getByText('2 of 3 lines')).toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Show older' }));
    expect(await screen.findByText('API at …')).toBeInTheDocument();
    expect(shown()).toHaveLength(3);
    expect(screen.queryByRole('button', { name: 'Show older' })).not.toBeInTheDocument();
  });

  it('shows errors alone where that is wanted, and what has come since', async () => {
    const lines = [line(2, 'warn', 'slow')];
    sidecarLogs(lines);
    const user = await open();
    expect(await screen.findByText('slow')).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Errors' }));
    expect(await screen.findByText('The log has no such lines.')).toBeInTheDocument();

    lines.unshift(line(3, 'error', 'broken'));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Refresh' })).toBeEnabled());
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(await screen.findByText('broken')).toBeInTheDocument();
    expect(shown()).toHaveLength(1);
  });

  it('says that it is empty', async () => {
    sidecarLogs([]);
    await open();
    expect(await screen.findByText('The log is empty.')).toBeInTheDocument();
  });

  it('says why it cannot be shown, and tries again', async () => {
    server.use(refuses('get', 'admin/log', 403, { code: 'forbidden', message: 'Only administrators may do this.' }));
    const user = await open();
    expect(await screen.findByText('The log cannot be shown')).toBeInTheDocument();
    server.resetHandlers();
    sidecarLogs([line(1, 'info', 'here')]);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('here')).toBeInTheDocument();
  });
});
