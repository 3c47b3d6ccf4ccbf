import { installBackendSrv, signInAs } from './grafana';
import { server } from './server';

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  installBackendSrv();
  signInAs('Admin');
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** jsdom lays nothing out, so nothing ever changes its size or comes into view. */
class NothingToObserve {
  observe() {}
  unobserve() {}
  disconnect() {}
}
Object.assign(globalThis, { ResizeObserver: NothingToObserve, IntersectionObserver: NothingToObserve });
