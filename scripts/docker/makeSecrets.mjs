/**
 * Makes each secret that is missing: a random one in the file `value` of every folder below /secrets, or below the folder that is
 * given. One that is there is left as it is. Plain JavaScript, since it runs in the sidecar's image.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BYTES = 32;
const folder = process.argv[2] ?? '/secrets';

for (const name of readdirSync(folder)) {
  const file = join(folder, name, 'value');
  if (!existsSync(file)) {
    // The services that are to read it run as other users; each sees only the volumes of its own secrets.
    writeFileSync(`${file}.new`, randomBytes(BYTES).toString('hex'), { mode: 0o444 });
    renameSync(`${file}.new`, file);
    console.log(`Made the secret ${name}`);
  }
}
