import React from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';

/** What was read is shared by all tabs and pages, and read again when somebody comes back to it. */
const shared = new QueryClient({
  defaultOptions: {
    // The sidecar's failures say what to do: trying again behind people's backs only delays that.
    queries: { retry: false, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});

/** Lets what is inside read from the sidecar through queries. */
export function Queries({ children, client = shared }: React.PropsWithChildren<{ client?: QueryClient }>) {
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
