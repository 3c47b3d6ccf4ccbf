import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { docsFiles } from './docs';

/** `npm run generate:aws`: writes docs/aws anew. */
for (const [path, text] of docsFiles()) {
  const file = resolve(__dirname, '../../../../docs/aws', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`${path}\n`);
}
