import React from 'react';
import { render, screen, within } from '@testing-library/react';
import { MemoryRouter } from 'react-router-dom';

import { COLLECTION_HEALTH } from '../../../reports/collection';
import { OVERVIEW } from '../../../reports/overview';
import { REPORTS } from '../../../reports/reports';
import { Reports } from './Reports';

const SHOWN = [OVERVIEW, ...REPORTS, COLLECTION_HEALTH];

jest.mock('@grafana/runtime', () => ({
  PluginPage: ({ children }: React.PropsWithChildren) => <main>{children}</main>,
}));

function renderAt(url: string) {
  return render(
    <MemoryRouter initialEntries={[url]} future={{ v7_relativeSplatPath: true, v7_startTransition: true }}>
      <Reports />
    </MemoryRouter>
  );
}

describe('Reports', () => {
  it('lists the overview, every report and collection health with its title, the question it answers and a link to its dashboard', () => {
    renderAt('/a/flowscope-awsflowlogs-app/reports');

    const items = within(screen.getByRole('list', { name: 'Reports' })).getAllByRole('listitem');

    expect(items).toHaveLength(SHOWN.length);
    SHOWN.forEach(({ title, question, uid }, index) => {
      const item = within(items[index]);
      expect(item.getByRole('heading', { name: title, level: 2 })).toBeInTheDocument();
      expect(item.getByText(question)).toBeInTheDocument();
      expect(item.getByRole('link', { name: title })).toHaveAttribute('href', `/d/${uid}`);
    });
  });

  it('keeps the time range of the page, and nothing else of its query', () => {
    renderAt('/a/flowscope-awsflowlogs-app/reports?from=now-6h&to=now&timezone=utc&page=2');

    const [{ title, uid }] = SHOWN;
    expect(screen.getByRole('link', { name: title })).toHaveAttribute(
      'href',
      `/d/${uid}?from=now-6h&to=now&timezone=utc`
    );
  });
});
