import { createInterface } from 'node:readline/promises';
import { CommandFailed } from './failure';

/**
 * Asks at the terminal whether to go on. Throws {@link CommandFailed} when the answer is not yes, and where nobody can answer:
 * scripts say `--yes` instead.
 */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CommandFailed(`Nothing was changed: nobody is there to be asked. Say --yes to go on all the same.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new CommandFailed('Nothing was changed.');
    }
  } finally {
    terminal.close();
  }
}
