import Table from 'cli-table3';
import { Command } from 'commander';
import { PRIMARY_COLLECTOR } from '../../contract/names';
import { formatCount, formatCounted, formatSpan } from '../../reports/units';
import type { Collector } from '../registry/collectors';
import { withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { print, printJson, say } from '../util/output';
import { formatTime, now } from '../util/time';
import { plain } from './format';

function add(): Command {
  return new Command('add')
    .description('let a sidecar on another machine join: prints its token, once')
    .argument('<name>', 'what it is called, such as west-1')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const added = await withRegistry((registry) => registry.addCollector(name), registryFolder());
      if (json) {
        printJson(added);
        return;
      }
      print(added.token);
      say(
        `Added collector ${name}. Its token stands above and is shown only now. On the other machine:\n` +
          '  FLOWSCOPE_JOIN_TOKEN=… flowscope serve --join https://THIS-HOST:9555\n' +
          `Then let it collect: flowscope source edit SOURCE --collector ${name}`
      );
    });
}

function list(): Command {
  return new Command('list')
    .description('all collectors, when each was last heard of, and what it does')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const collectors = await withRegistry((registry) => registry.listCollectors(now()));
      if (json) {
        printJson(collectors);
        return;
      }
      const table = new Table({
        head: ['Name', 'Version', 'Host', 'Last heard (UTC)', 'Sources', 'Records/s', 'Lag', 'Errors'],
        style: { head: [], border: [] },
      });
      const shown = (value: number | undefined, format: (n: number) => string) =>
        value === undefined ? '–' : format(value);
      for (const { name, version = '–', host = '–', heard, sources, recordsPerSecond, lag, errors } of collectors) {
        table.push([
          ...[name, version, host].map(plain),
          heard === undefined ? 'never' : formatTime(heard),
          plain(sources.join(', ')) || '–',
          shown(recordsPerSecond, (n) => formatCount(Math.round(n))),
          ...[shown(lag, formatSpan), shown(errors, formatCount)],
        ]);
      }
      print(table.toString());
      collectors.flatMap(problemsOf).forEach((problem) => print(plain(problem)));
    });
}

/** What people should know of a collector, in sentences. */
function problemsOf({ name, heard, isSilent, waiting, sources, plansInHand }: Collector): string[] {
  const left = plansInHand > 0 ? ` It has ${formatCounted(plansInHand, 'object')} in hand.` : '';
  const move =
    name === PRIMARY_COLLECTOR || sources.length === 0
      ? ''
      : ` Its sources can be moved: flowscope collector move ${name} --to NAME`;
  return [
    ...(isSilent && heard !== undefined ? [`${name} is silent since ${formatTime(heard)} UTC.${left}${move}`] : []),
    ...(waiting !== undefined && !isSilent ? [`${name}: ${waiting}`] : []),
    ...(heard === undefined && name !== PRIMARY_COLLECTOR && sources.length > 0
      ? [`${name} has never joined, and nothing is collected from: ${sources.join(', ')}.`]
      : []),
  ];
}

function move(): Command {
  return new Command('move')
    .description('give sources to another collector, also while the former may still be alive')
    .argument('<name>', 'the collector that has them')
    .requiredOption('--to <name>', 'the collector that gets them')
    .option('--source <name...>', 'only these; otherwise all that it has')
    .action(async (name: string, { to, source }: { to: string; source?: string[] }) => {
      const { sources, plansInHand } = await withRegistry((registry) => registry.moveSources(name, to, source));
      print(
        sources.length === 0
          ? `Collector ${name} has no source.`
          : plain(`Moved to ${to}: ${sources.join(', ')}. What ${name} asks about them from now on is refused.`)
      );
      sayInHand(name, plansInHand);
    });
}

function remove(): Command {
  return new Command('remove')
    .description('revoke its token at once, and give its sources to another collector')
    .argument('<name>')
    .option('--to <name>', 'the collector that gets its sources', PRIMARY_COLLECTOR)
    .option('--json', 'as JSON, with the objects that it had begun')
    .action(async (name: string, { to, json }: { to: string; json?: boolean }) => {
      const { sources, plansInHand, plans } = await withRegistry((registry) => registry.removeCollector(name, to));
      if (json) {
        printJson({ sources, plansInHand, plans });
        return;
      }
      const moved = sources.length > 0 ? ` Its sources go to ${to}: ${sources.join(', ')}.` : '';
      print(plain(`Removed collector ${name}: its token opens nothing any more.${moved}`));
      sayInHand(name, plansInHand);
      plans.forEach(({ identity, source, granted }) =>
        print(plain(`  ${formatTime(granted)}  ${source ?? 'a removed source'}  ${identity}`))
      );
    });
}

function sayInHand(name: string, plansInHand: number): void {
  if (plansInHand > 0) {
    const objects = formatCounted(plansInHand, 'object');
    say(
      `${name} had ${objects} in hand: whoever collects them writes the same points over them, so that they count once.`
    );
  }
}

/** `flowscope collector add | list | move | remove` */
export function collectorCommand(): Command {
  return new Command('collector')
    .description('sidecars on other machines that collect for this one')
    .addCommand(add())
    .addCommand(list())
    .addCommand(move())
    .addCommand(remove());
}
