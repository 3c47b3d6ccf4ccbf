/** `npm run build:sidecar`: bundles the sidecar into dist/sidecar. */
import { buildSidecar } from './lib/buildSidecar';
import { runScript } from './lib/script';

runScript(async () => {
  await buildSidecar();
  process.stdout.write('Built the sidecar into dist/sidecar.\n');
  return 0;
});
