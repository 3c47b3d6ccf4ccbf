import { text } from 'node:stream/consumers';
import { CommandFailed } from '../util/commandError';

/**
 * A secret out of an environment variable, else from standard input: never from the command line, where every process of the
 * machine sees it. `what`: what it is called. Throws {@link CommandFailed} at a terminal, which would show it.
 */
export async function readSecret(what: string, variable: string): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined) {
    return given;
  }
  if (process.stdin.isTTY) {
    throw new CommandFailed(`Where is the ${what}? Set ${variable}, or pipe it in: … < secret-file`);
  }
  return (await text(process.stdin)).trim();
}
