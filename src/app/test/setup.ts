import { installBackendSrv, signInAs } from './grafana';
import { server } from './server';

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  installBackendSrv();
  signInAs('Admin');
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());
