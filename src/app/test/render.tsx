import React from 'react';
import { QueryClient } from '@tanstack/react-query';
import { render as renderInto } from '@testing-library/react';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import { MemoryRouter } from 'react-router-dom';

import { Queries } from '../api/Queries';

/** Renders as the app does, at a URL, with nothing read before. `user` types and clicks. */
export function render(element: React.ReactElement, { url = '/' }: { url?: string } = {}) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, gcTime: 0 }, mutations: { gcTime: 0 } },
  });
  // Whether styles let an element be clicked takes jsdom long to find out: seconds for a form.
  const user = userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never });
  const view = renderInto(
    <MemoryRouter initialEntries={[url]} future={{ v7_relativeSplatPath: true, v7_startTransition: true }}>
      <Queries client={client}>{element}</Queries>
    </MemoryRouter>
  );
  return { user, ...view };
}
