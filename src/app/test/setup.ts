import { configure } from '@testing-library/react';

import { installBackendSrv, signInAs } from './grafana';
import { server } from './server';

// Tests wait for conditions, however long a busy machine takes.
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  installBackendSrv();
  signInAs('Admin');
});
afterEach(() => {
  server.resetHandlers();
  localStorage.clear();
});
afterAll(() => server.close());

/** jsdom lays nothing out, so nothing ever changes its size or comes into view. */
class NothingToObserve {
  observe() {}
  unobserve() {}
  disconnect() {}
}
Object.assign(globalThis, { ResizeObserver: NothingToObserve, IntersectionObserver: NothingToObserve });
