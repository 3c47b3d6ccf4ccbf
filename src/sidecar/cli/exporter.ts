import Table from 'cli-table3';
import { Command } from 'commander';
import { formatCount, formatCounted } from '../../reports/units';
import { MAX_OVERFLOW_IDS } from '../../contract/bounds';
import { namesOfExporters } from '../registry/exporterNames';
import type { ExporterOverview, KnownExporter } from '../registry/exporters';
import { withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { CommandFailed } from '../util/commandError';
import { listed, plain } from './format';
import { switchCommand, type Switched } from './switching';
import { print, printJson, say } from '../util/output';
import { formatTime, now } from '../util/time';

/** All exporters, with the descriptions of their VPCs, subnets or interfaces and of their accounts where they are known. */
interface NamedOverview extends ExporterOverview {
  readonly exporters: ReadonlyArray<KnownExporter & { readonly name?: string; readonly accountName?: string }>;
}

function list(): Command {
  return new Command('list')
    .description('all exporters, how many of the limit are in use, and whether their records come')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const overview = await withRegistry(async (registry): Promise<NamedOverview> => {
        const known = await registry.exporterOverview(now());
        const namesOf = await namesOfExporters(registry, known.exporters);
        return { ...known, exporters: known.exporters.map((exporter) => ({ ...exporter, ...namesOf(exporter) })) };
      });
      if (json) {
        printJson(overview);
      } else {
        printExporters(overview);
      }
      warningsOf(overview).forEach((warning) => say(`Warning: ${warning}`));
    });
}

function printExporters({ exporters, counted, limit }: NamedOverview): void {
  if (exporters.length === 0) {
    print(`No exporter yet (limit ${formatCount(limit)}): they are added with the first collected object.`);
    return;
  }
  const table = new Table({
    head: [
      'Exporter',
      'Name',
      'Account',
      'From',
      'First seen (UTC)',
      'Last seen (UTC)',
      'Records',
      'Records/min',
      'Health',
    ],
    colAligns: ['left', 'left', 'left', 'left', 'left', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const exporter of exporters) {
    const { id, alias, name, accountName, from, firstSeen, lastSeen, records, recordsPerMinute, health } = exporter;
    const names = [id, alias ?? name ?? '–', accountName ?? '–'].map(plain);
    const times = [firstSeen, lastSeen].map(formatTime);
    const rate = recordsPerMinute?.toFixed(1) ?? '–';
    table.push([...names, `${from}-id`, ...times, formatCount(records), rate, health]);
  }
  print(table.toString());
  print(`${formatCount(counted)} of ${formatCount(limit)}`);
}

/** A warning if more exporters have a place than the limit says. */
function beyondLimit(counted: number, limit: number): string[] {
  const said = `${formatCount(counted)} exporters have a place, more than the limit of ${formatCount(limit)}: those keep it, new ones get none.`;
  return counted > limit ? [said] : [];
}

/** Warnings about the limit and about flow logs without vpc-id, each with what to do. */
function warningsOf({ exporters, counted, limit, overflow }: ExporterOverview): string[] {
  const warnings = beyondLimit(counted, limit);
  const { exporters: beyond, otherRecords } = overflow;
  const records = beyond.reduce((sum, exporter) => sum + exporter.records, otherRecords);
  if (records > 0) {
    const allFit = otherRecords === 0 && beyond.length <= limit - counted;
    const more =
      otherRecords > 0
        ? `More than ${formatCount(MAX_OVERFLOW_IDS)} exporters`
        : formatCounted(beyond.length, 'exporter');
    warnings.push(
      `${more} found no place under the limit of ${limit} in the last 30 days: ` +
        `${formatCounted(records, 'record')} counted as exporter "overflow" (${listed(beyond.map(({ id }) => id))}). ` +
        (allFit
          ? 'There is room now: they take a place with their next objects.'
          : 'Raise the limit (flowscope exporter limit N), or disable exporters you do not need.')
    );
  }
  const fallbacks = exporters.filter(({ from, state }) => from !== 'vpc' && state === 'counted');
  if (fallbacks.length > 0) {
    warnings.push(
      `${formatCounted(fallbacks.length, 'exporter is', 'exporters are')} a subnet or an interface (${listed(fallbacks.map(({ id }) => id))}), ` +
        'because their flow logs lack vpc-id: each of them counts as its own exporter. ' +
        "A flow log's format cannot be changed: create a new one with vpc-id, then delete the old one."
    );
  }
  return warnings;
}

const SWITCHED: Switched = {
  word: 'Exporter',
  shownBy: 'exporter list',
  switchAll: (registry, ids, enabled) => registry.enableExporters(ids, enabled),
};

function limit(): Command {
  return new Command('limit')
    .description('how many exporters are told apart; the others count as one, called overflow')
    .argument('[n]', 'the new limit')
    .action(async (text: string | undefined) => {
      if (text === undefined) {
        print(String(await withRegistry((registry) => registry.exporterLimit())));
        return;
      }
      if (!/^\d+$/.test(text)) {
        throw new CommandFailed(`The limit of exporters must be a whole number, not "${text}".`);
      }
      const { counted } = await withRegistry(async (registry) => {
        await registry.setExporterLimit(Number(text));
        return registry.exporterOverview(now());
      }, registryFolder());
      print(`The limit of exporters is ${formatCount(Number(text))}; ${formatCount(counted)} have a place.`);
      beyondLimit(counted, Number(text)).forEach((warning) => say(`Warning: ${warning}`));
    });
}

/** `flowscope exporter list | enable | disable | limit`: who produces traffic, and who of them is counted by name. */
export function exporterCommand(): Command {
  return new Command('exporter')
    .description('who produces the traffic: accounts and VPCs')
    .addCommand(list())
    .addCommand(switchCommand('enable', SWITCHED))
    .addCommand(switchCommand('disable', SWITCHED))
    .addCommand(limit());
}
