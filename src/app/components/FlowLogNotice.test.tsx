import React from 'react';
import { screen } from '@testing-library/react';

import { collection, type Collection } from '../../contract/collection';
import { OVERLAP } from '../config/FlowLogs/testing';
import { signInAs } from '../test/grafana';
import { render } from '../test/render';
import { answers, server } from '../test/server';
import { FlowLogNotice } from './FlowLogNotice';

const collecting = (found: Pick<Collection, 'overlaps' | 'leftOut'>) =>
  server.use(answers(collection, 'get', 'collection', { sources: [], quarantined: 0, ...found }));
const LEFT = { flowLog: 'fl-0c', interfaces: 7, examples: ['eni-8', 'eni-9'], since: 1, until: 2 };

describe('FlowLogNotice', () => {
  it('says which flow logs log the same, and leads to what helps', async () => {
    collecting({ overlaps: [OVERLAP] });
    render(<FlowLogNotice />);
    expect(await screen.findByText('Counted by two flow logs: sums are doubled')).toBeInTheDocument();
    expect(screen.getByText(/^fl-0a and fl-0b both log the interface eni-1/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Disable one of them in Flow logs' })).toHaveAttribute(
      'href',
      expect.stringContaining('/config/flowlogs')
    );
  });

  it('says what is left out, and to viewers who can help', async () => {
    signInAs('Viewer');
    collecting({ leftOut: [LEFT] });
    render(<FlowLogNotice />);
    expect(
      await screen.findByText(
        'fl-0c is disabled, and no other flow log has 7 interfaces such as eni-8, eni-9: reports lack them.'
      )
    ).toBeInTheDocument();
    expect(screen.getByText(/Ask an administrator/)).toBeInTheDocument();
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
  });
});
