/** `npm run generate:docs`: writes the pages of `docs/` that follow from the code. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runScript } from '../lib/script';
import { configurationReference } from './configuration';

const FILE = resolve(__dirname, '../../docs/configuration.md');

runScript(async () => {
  const text = await configurationReference();
  writeFileSync(FILE, await format(text, { ...(await resolveConfig(FILE)), parser: 'markdown' }));
  process.stdout.write('docs/configuration.md\n');
  return 0;
});
