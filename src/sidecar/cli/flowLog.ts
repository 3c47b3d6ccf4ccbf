import Table from 'cli-table3';
import { Command } from 'commander';
import { leftOutText, overlapText, SUMS_DOUBLED } from '../../reports/flowLogs';
import { formatCount } from '../../reports/units';
import type { FlowLogOverview, KnownFlowLog } from '../registry/flowLogs';
import { withRegistry } from '../service/context';
import { print, printJson, say } from '../util/output';
import { formatTime, now } from '../util/time';
import { plain } from './format';
import { switchCommand, type Switched } from './switching';

/** All flow logs, with the descriptions of their accounts where they are known. */
interface NamedOverview extends FlowLogOverview {
  readonly flowLogs: ReadonlyArray<KnownFlowLog & { readonly accountName?: string }>;
}

function list(): Command {
  return new Command('list')
    .description('all flow logs that objects were collected of, and which of them log the same')
    .option('--json', 'as JSON, with the fields of each')
    .action(async ({ json }: { json?: boolean }) => {
      const overview = await withRegistry(async (registry): Promise<NamedOverview> => {
        const known = await registry.flowLogOverview(now());
        const names = await registry.findDescriptions(known.flowLogs.map(({ account }) => account));
        const flowLogs = known.flowLogs.map((flowLog) => ({ ...flowLog, accountName: names[flowLog.account] }));
        return { ...known, flowLogs };
      });
      if (json) {
        printJson(overview);
      } else {
        printFlowLogs(overview);
      }
      overview.overlaps.forEach((overlap) => say(`Warning: ${SUMS_DOUBLED}. ${overlapText(overlap)}`));
      overview.leftOut.forEach((left) => say(`Warning: ${leftOutText(left)}`));
    });
}

function printFlowLogs({ flowLogs }: NamedOverview): void {
  if (flowLogs.length === 0) {
    print('No flow log yet: they are added with the first collected object whose name says its flow log (fl-…).');
    return;
  }
  const table = new Table({
    head: [
      ...[
        'Flow log',
        'Account',
        'Region',
        'Fields',
        'Interval',
        'Actions',
        'Records/min',
        'Last object (UTC)',
        'Health',
      ],
    ],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, account, accountName, region, columns, interval, actions, ...flowLog } of flowLogs) {
    table.push([
      id,
      plain(accountName === undefined ? account : `${accountName} (${account})`),
      region,
      formatCount(columns.length),
      `${interval / 60} min`,
      actions.join(', ') || '–',
      flowLog.recordsPerMinute?.toFixed(1) ?? '–',
      formatTime(flowLog.lastSeen),
      flowLog.health,
    ]);
  }
  print(table.toString());
}

const SWITCHED: Switched = {
  word: 'Flow log',
  shownBy: 'flow-log list',
  switchAll: (registry, ids, enabled) => registry.enableFlowLogs(ids, enabled),
};

/** `flowscope flow-log list | enable | disable`: what logs the traffic, and whether two log the same. */
export function flowLogCommand(): Command {
  return new Command('flow-log')
    .description('what logs the traffic: AWS flow logs, and whether two of them log the same')
    .addCommand(list())
    .addCommand(switchCommand('enable', SWITCHED))
    .addCommand(switchCommand('disable', SWITCHED));
}
