import React from 'react';
import { screen } from '@testing-library/react';

import { render } from '../../test/render';
import { OVERLAP } from '../FlowLogs/testing';
import { PreviewReport } from './PreviewReport';
import { PREVIEW } from './testing';

it('says that flow logs would count the same twice, or are disabled', () => {
  render(<PreviewReport result={{ ...PREVIEW, overlaps: [OVERLAP], disabledFlowLogs: ['fl-0c', 'fl-0d'] }} />);
  expect(screen.getByText('Counted by two flow logs: sums are doubled')).toBeInTheDocument();
  expect(screen.getByText(/^fl-0a and fl-0b both log .* Only fl-0a has .* Disable one of them/)).toBeInTheDocument();
  expect(screen.getByText('Disabled: fl-0c, fl-0d')).toBeInTheDocument();
});

it('says nothing of them where that is not so', () => {
  render(<PreviewReport result={PREVIEW} />);
  expect(screen.queryByText(/flow log/i)).not.toBeInTheDocument();
});
