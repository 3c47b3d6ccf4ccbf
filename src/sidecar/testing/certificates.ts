import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The path of a file that `certificates/make.sh` makes: `ca.pem` has signed all others, `server.key` is the key of most. */
export const certificateFile = (name: string) => join(__dirname, 'certificates', name);

/** A certificate and its key, as PEM; with `ca` none but those that `ca.pem` has signed are trusted. */
export function certificate(name = 'server', key = 'server') {
  return { cert: read(`${name}.pem`), key: read(`${key}.key`), ca: read('ca.pem') };
}

const read = (name: string) => readFileSync(certificateFile(name), 'utf8');
