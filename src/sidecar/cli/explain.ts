import { isIP } from 'node:net';
import { Command } from 'commander';
import { IMPORT_SOURCE } from '../../contract/names';
import { splitBucket } from '../../contract/splitBucket';
import { formatBytes, formatCount, formatCounted } from '../../reports/units';
import { TIME_FORMS } from '../../reports/timeRange';
import { RECORD_REASONS, type RecordReason } from '../records/reasons';
import type { ExplainedEntry, ExplainedPlan } from '../registry/explain';
import type { LedgerState, ObjectCounts } from '../registry/ledger';
import type { ExporterDecision } from '../rollup/terms';
import { withRegistry } from '../service/context';
import { CommandFailed } from '../util/commandError';
import { explainAddress, type AddressFlags } from './explainAddress';
import { listed, plain, utc } from './format';
import { print, printJson } from '../util/output';

const STATES: Record<LedgerState, string> = {
  stored: 'collected, and still in its place',
  deleted: 'collected, then deleted from its bucket',
  'not-collected': 'left in place: it is nothing that can be collected',
  quarantined: 'in quarantine, left in place',
  refused: 'left in place for now: it is tried again with the next listing',
  'not-read': 'left in place for now: it could not be read, and is tried again with the next listing',
  gone: 'left in place, then taken away by somebody else',
  discarded: 'left in place, then deleted from its bucket uncounted, because an administrator said so',
};

/** Of an imported file: nothing lists it again. */
const REFUSED_FILE = 'not collected for now: import it again';

const DECISIONS: Record<ExporterDecision, string> = {
  count: 'Counted',
  drop: 'Disabled, dropped',
  overflow: 'Counted as overflow',
};

/** `flowscope explain KEY | ADDRESS` */
export function explainCommand(): Command {
  return new Command('explain')
    .description('what became of an object, or who had an address when and what it talked to most')
    .argument('<key>', "an object's key (s3://bucket/KEY too), AWS's file name wherever it lies, or an IP address")
    .option('--vpc <vpc>', 'of an address: in this VPC only')
    .option('--at <time>', `of an address: who had it then: ${TIME_FORMS}`)
    .option('--json', 'as JSON')
    .action(async (typed: string, flags: AddressFlags) => {
      if (isIP(typed) > 0) {
        await explainAddress(typed, flags);
        return;
      }
      const { vpc, at, json } = flags;
      if (vpc !== undefined || at !== undefined) {
        throw new CommandFailed(`--vpc and --at are of addresses, and ${plain(typed)} is none.`);
      }
      const key = splitBucket(typed)?.prefix ?? typed;
      const found = await withRegistry((registry) => registry.explainObject(key));
      if (found.entries.length === 0 && !found.plan) {
        throw new CommandFailed(
          `Nothing is known of ${plain(typed)}: no listing has shown it yet, it is being read for the first time just now, it waits behind others of its folder that cannot be read, its name does not end in .gz or .parquet, or it left long ago.`
        );
      }
      if (json) {
        printJson(found);
        return;
      }
      const paragraphs = found.entries.map((entry) => lines(entry.key, entryLines(entry)));
      if (found.plan) {
        const what =
          found.plan.stored === undefined
            ? 'collecting it was begun, and is not finished.'
            : 'its place is no longer remembered, its plan is.';
        paragraphs.push(lines(`${key}: ${what}`, planLines(found.plan)));
      }
      print(paragraphs.join('\n\n'));
    });
}

type Line = readonly [heading: string, text: string];

function lines(title: string, body: readonly Line[]): string {
  return [plain(title), ...body.map(([heading, text]) => `  ${`${heading}:`.padEnd(21)}${plain(text)}`)].join('\n');
}

function entryLines({ plan, counts, ...entry }: ExplainedEntry): Line[] {
  const reason = entry.reason ? ` (${entry.reason})` : '';
  const isFile = entry.sourceId === IMPORT_SOURCE;
  const isToCome = entry.state === 'refused' || entry.state === 'not-read';
  const state = isFile && isToCome ? REFUSED_FILE : STATES[entry.state];
  return [
    ['Source', entry.source ?? entry.sourceId],
    ['State', `${state}${reason}, since ${utc(entry.changed)}`],
    ...optional('Message', entry.message),
    ...optional('Notice dismissed', entry.dismissed && utc(entry.dismissed)),
    ['Last listed', utc(entry.seen)],
    ['Size', `${formatBytes(entry.size)} (${formatCount(entry.size)} bytes), ETag ${entry.etag}`],
    ...(counts ? countLines(counts) : []),
    ...twinLines({ plan, counts, ...entry }),
    ...(plan ? planLines(plan) : []),
  ];
}

/** Of a duplicate what it duplicates, of a conflict what it is in conflict with, of any other where else it was found. */
function twinLines({ state, reason, plan, counts, storedFrom }: ExplainedEntry): Line[] {
  const places = storedFrom.map(
    ({ source, key }) => `${key} of ${source ?? 'a file, or of a source that was removed'}`
  );
  if (state !== 'stored' && state !== 'deleted') {
    return reason === 'conflict' && places.length > 0 ? [['In conflict with', places.join(', ')]] : [];
  }
  if (counts === undefined && plan?.stored !== undefined) {
    const first = places[0] ?? `what was stored ${utc(plan.stored)}, from a place that is no longer remembered`;
    return [['Duplicate of', `${first}: it counts once, as that`]];
  }
  return places.length > 0 ? [['Found again as', places.join(', ')]] : [];
}

function countLines({ records, ok, reasons, quotes, bytes, packets, flows }: ObjectCounts): Line[] {
  const counted = (sum: string, one: string) => formatCounted(BigInt(sum), one);
  return [
    ['Records', `${formatCount(records)}, of them ${formatCount(ok)} traffic`],
    ['Traffic', `${counted(bytes, 'byte')}, ${counted(packets, 'packet')}, ${counted(flows, 'flow')}`],
    ...Object.entries(reasons).map(
      // An older or newer version may have had other reasons.
      ([reason, count]): Line => [
        'Not counted',
        `${formatCount(count)} ${reason}: ${RECORD_REASONS[reason as RecordReason]?.text ?? ''}`,
      ]
    ),
    ...quotes.map(({ reason, line }): Line => ['Quote', `${reason}: ${line}`]),
  ];
}

function planLines({ identity, sha256, granted, stored, terms, offsets, decisions }: ExplainedPlan): Line[] {
  const exporters = Object.keys(DECISIONS).flatMap((decision): Line[] => {
    const ids = Object.keys(decisions).filter((id) => decisions[id] === decision);
    return ids.length > 0 ? [[DECISIONS[decision as ExporterDecision], listed(ids, 10)]] : [];
  });
  return [
    ['Known as', identity],
    ['SHA-256', sha256],
    ['Plan', `granted ${utc(granted)}, ${stored === undefined ? 'not stored yet' : `stored ${utc(stored)}`}`],
    ['Rules', `version ${terms.rulesVersion}, the top ${terms.topK} keys by name, ${ownersOf(terms)}`],
    [
      'Points',
      `${formatCounted(offsets.length, 'part')}, at ${listed(offsets.map((offset) => `+${offset} ns`))} in their windows`,
    ],
    ...exporters,
  ];
}

function ownersOf({ owners }: ExplainedPlan['terms']): string {
  return owners === 0 ? 'no owner facts' : `owner facts of version ${owners}`;
}

function optional(heading: string, text: string | 0 | undefined): Line[] {
  return text ? [[heading, text]] : [];
}
