import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { readOrCreatePrivateFile } from '../registry/privateFile';
import { privateDataDirectory } from './dataDirectory';
import { CommandFailed } from '../util/commandError';

/** Where the token is kept that was made because none was given. */
export const TOKEN_FILE = 'api-token';
const SHORTEST = 16;
const LONGEST = 256;
const NOT_OF_A_TOKEN = /[^\x21-\x7e]/;

/**
 * What callers of the API must bring: FLOWSCOPE_TOKEN, else the token that is made at the first start and kept in the data
 * directory. Throws {@link CommandFailed} when what is there is no token: an empty one would open the API to everybody. It
 * is not replaced, since Grafana may have the one that stood there.
 */
export function apiToken(log: Logger): string {
  const given = process.env.FLOWSCOPE_TOKEN;
  if (given !== undefined) {
    if (whyNoToken(given) !== undefined) {
      throw new CommandFailed(
        `FLOWSCOPE_TOKEN must have ${SHORTEST} to ${LONGEST} characters without spaces: openssl rand -hex 32`
      );
    }
    return given;
  }
  const directory = privateDataDirectory();
  const path = join(directory, TOKEN_FILE);
  const token = readOrCreatePrivateFile(directory, TOKEN_FILE, () => randomBytes(32).toString('base64url'));
  const reason = whyNoToken(token);
  if (reason !== undefined) {
    throw new CommandFailed(
      `There is no API token in ${path}, which ${reason}. Write the token there that Grafana was given, or delete the ` +
        'file: then a new token is made, which Grafana must be given.'
    );
  }
  log.info(`FLOWSCOPE_TOKEN is not set: the API token is in ${path}`);
  return token;
}

/** What is wrong with a text that should be a token; undefined when it is one. */
function whyNoToken(text: string): string | undefined {
  if (text === '') {
    return 'is empty';
  }
  if (NOT_OF_A_TOKEN.test(text)) {
    return 'holds more than letters, digits and signs of ASCII in one line';
  }
  return text.length < SHORTEST || text.length > LONGEST
    ? `holds ${text.length} characters, and a token has ${SHORTEST} to ${LONGEST}`
    : undefined;
}
