import React from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';

/** Cache shared by all tabs and pages; data is refetched when the window gets the focus. */
const shared = new QueryClient({
  defaultOptions: {
    // The sidecar's errors say what to do; automatic retries would only delay them.
    queries: { retry: false, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});

/** Provides TanStack Query to its children. */
export function Queries({ children, client = shared }: React.PropsWithChildren<{ client?: QueryClient }>) {
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
