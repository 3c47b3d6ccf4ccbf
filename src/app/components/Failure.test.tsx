import React from 'react';
import { useQuery } from '@tanstack/react-query';
import { screen } from '@testing-library/react';

import { collection } from '../../contract/collection';
import { sidecar } from '../api/sidecar';
import { signInAs } from '../test/grafana';
import { render } from '../test/render';
import { answers, keepsConnection, refuses, server, unreachable } from '../test/server';
import { Failure } from './Failure';

function Probe() {
  const { data, error, refetch } = useQuery({ queryKey: ['probe'], queryFn: () => sidecar.collection.get() });
  return error ? (
    <Failure title="No answer" error={error} onRetry={() => void refetch()} />
  ) : (
    <p>{data ? `${data.quarantined} in quarantine` : 'reading'}</p>
  );
}

describe('Failure', () => {
  it('says that nothing answers, leads administrators to Connection, and tries again', async () => {
    server.use(unreachable());
    const { user } = render(<Probe />);

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The Grafana server gets no answer at the sidecar’s URL'
    );
    expect(screen.getByRole('link', { name: 'Open Connection' })).toHaveAttribute(
      'href',
      expect.stringContaining('/config/connection')
    );

    server.use(answers(collection, 'get', 'collection', { sources: [], quarantined: 3 }));
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('3 in quarantine')).toBeInTheDocument();
  });

  it('sends viewers to an administrator', async () => {
    signInAs('Viewer');
    server.use(unreachable());
    render(<Probe />);

    expect(await screen.findByText(/Ask an administrator/)).toBeInTheDocument();
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
  });

  it.each(['Admin', 'Viewer'] as const)('says that nothing was connected yet, as %s', async (role) => {
    signInAs(role);
    server.use(unreachable(), keepsConnection(false));
    render(<Probe />);

    expect(await screen.findByText('Not connected yet')).toBeInTheDocument();
    expect(screen.queryByText(/gets no answer/)).not.toBeInTheDocument();
    expect(screen.queryAllByRole('link', { name: 'Open Connection' })).toHaveLength(role === 'Admin' ? 1 : 0);
    expect(screen.queryAllByText(/Ask an administrator/)).toHaveLength(role === 'Admin' ? 0 : 1);
  });

  it('repeats what the sidecar said', async () => {
    server.use(refuses('get', 'collection', 503, { code: 'unavailable', message: 'InfluxDB is down.' }));
    render(<Probe />);

    expect(await screen.findByRole('alert')).toHaveTextContent('InfluxDB is down.');
  });
});
