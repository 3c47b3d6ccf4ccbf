/** `npm run check:workflows`: has actionlint read .github/workflows, with shellcheck where that is installed. */
import { run } from './lib/commands';
import { ensureActionlint } from './lib/install';
import { runScript } from './lib/script';

runScript(async () => {
  const code = await run(await ensureActionlint(), []);
  if (code === 0) {
    process.stdout.write('actionlint finds nothing in .github/workflows.\n');
  }
  return code;
});
