import { createInterface } from 'node:readline';
import { CommandFailed } from '../util/commandError';
import { say } from '../util/output';

/**
 * Asks on standard error whether to go on, and reads the answer from standard input. Throws {@link CommandFailed} when it is
 * not yes, and when standard input ends without one: scripts say `--yes` instead. `otherwise`: what did not happen then, such
 * as "Nothing was changed".
 */
export async function confirm(question: string, otherwise: string): Promise<void> {
  process.stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) {
      if (!process.stdin.isTTY) {
        // At a terminal whoever answers ends the line.
        say('');
      }
      if (/^y(es)?$/i.test(line.trim())) {
        return;
      }
      throw new CommandFailed(`${otherwise}.`);
    }
  } finally {
    lines.close();
  }
  say('');
  throw new CommandFailed(`${otherwise}: nobody answered. Where nobody can be asked, say --yes.`);
}
