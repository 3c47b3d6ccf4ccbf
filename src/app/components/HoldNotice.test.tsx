import React from 'react';
import { screen } from '@testing-library/react';

import { collection, type Collection } from '../../contract/collection';
import { render } from '../test/render';
import { answers, server } from '../test/server';
import { HoldNotice } from './HoldNotice';

const collecting = (hold?: Collection['hold']) =>
  server.use(answers(collection, 'get', 'collection', { sources: [], quarantined: 0, hold }));

describe('HoldNotice', () => {
  it('says that deletion is on hold, and why', async () => {
    collecting({ since: 1_795_500_000, reason: 'the store looks odd' });
    render(<HoldNotice />);
    expect(await screen.findByText('Deletion is on hold')).toBeInTheDocument();
    expect(screen.getByText(/: the store looks odd\./)).toBeInTheDocument();
  });
});
