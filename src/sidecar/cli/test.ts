import { Command } from 'commander';
import type { CheckResult, CheckState } from '../../contract/checks';
import { PRIMARY_COLLECTOR } from '../../contract/names';
import { createInfluxClient } from '../store/influx';
import { secrets } from '../service/awsAccess';
import { withRegistry } from '../service/context';
import { CommandFailed } from '../util/commandError';
import { plain } from './format';
import { print, printJson } from '../util/output';
import { now } from '../util/time';

const MARKS: Readonly<Record<CheckState, string>> = { pass: 'ok', warn: 'warning', fail: 'FAILED', 'not-checked': '-' };

/** `flowscope test SOURCE [--json]` */
export function testCommand(): Command {
  return new Command('test')
    .description('check whether a source can be collected; changes no object')
    .argument('<source>', 'its name')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      // Loaded only here: the SDK is most of what there is to load.
      const { testSource } = await import('../inspect/testSource');
      const checks: CheckResult[] = [];
      const { passed } = await withRegistry(async (registry) => {
        const tools = {
          ...{ registry, now },
          store: createInfluxClient(process.env),
          secrets: secrets(),
          collector: { name: PRIMARY_COLLECTOR },
          version: process.env.FLOWSCOPE_VERSION ?? 'development',
        };
        return testSource(await registry.getSource(name), tools, (check) => {
          checks.push(check);
          if (!json) {
            printCheck(check);
          }
        });
      });
      if (json) {
        printJson({ passed, checks });
      }
      if (!passed) {
        const failed = checks.filter(({ state }) => state === 'fail').map(({ title }) => title);
        throw new CommandFailed(`Source ${name} cannot be collected as it is: ${failed.join(', ')}.`);
      }
    });
}

function printCheck({ title, state, message, fix, notes = [] }: CheckResult): void {
  print(plain(`${MARKS[state].padEnd(8)} ${title}: ${message}`));
  notes.forEach((note) => print(plain(`${' '.repeat(9)}${note.message}`)));
  if (fix) {
    print(plain(`${' '.repeat(9)}→ ${fix.text}`));
  }
}
