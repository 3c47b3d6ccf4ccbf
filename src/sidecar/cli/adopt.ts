import { Command } from 'commander';
import { recomputableHours } from '../collect/recomputeHours';
import { refuseOtherRules } from '../collect/refuseOtherRules';
import { HANDOVER_MS, StoreClaim } from '../collect/storeClaim';
import { commandLineAuthor } from '../registry/audit';
import type { TrailedPlan } from '../registry/planRows';
import type { Registry } from '../registry/registry';
import { formatCounted } from '../../reports/units';
import { RETENTION_SECONDS } from '../rollup/terms';
import { isBehind } from '../rollup/fillPosition';
import { floorHour } from '../rollup/windows';
import {
  claimDuration,
  inspectStore,
  takeOverStore,
  ownerOf,
  writeStoreRecord,
  type Mark,
  type StoreState,
} from '../store/claim';
import { createInfluxClient, type InfluxClient } from '../store/influx';
import { readPlanTrail } from '../store/planTrail';
import { sleep } from '../util/sleep';
import { confirm } from './confirm';
import { prepareStore, withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { CommandFailed } from '../util/commandError';
import { print, say } from '../util/output';
import { isoTime, now } from '../util/time';

const HOUR = 3600;
/** For so many days the store keeps plans. */
const TRAIL_DAYS = RETENTION_SECONDS.minute / 86_400;

/** `flowscope adopt`: makes this registry the one that fills a store whose registry was lost, or replaced by an older copy. */
export function adoptCommand(): Command {
  return new Command('adopt')
    .description('make this registry the one that fills the store, when the former one is lost for good')
    .option('--restored', 'go on with an older copy of the registry that fills the store, when the newer one is lost')
    .option('--yes', 'with --restored: do not ask')
    .addHelpText(
      'after',
      `\nWhoever fills the store notices within seconds, finishes what it has begun, and ends. This command waits\n` +
        `${HANDOVER_MS / 1000} s for that before it goes on.`
    )
    .action(async ({ restored, yes }: { restored?: boolean; yes?: boolean }) => {
      if (yes && !restored) {
        throw new CommandFailed('--yes goes with --restored only: flowscope adopt --restored --yes');
      }
      const client = createInfluxClient(process.env);
      await withRegistry((registry) => runAdopt(registry, client, restored === true, yes === true), registryFolder());
    });
}

/** What the command does. `isAgreed`: an older copy goes on without a question. Throws {@link CommandFailed} when it may not. */
export async function runAdopt(
  registry: Registry,
  client: InfluxClient,
  isRestored: boolean,
  isAgreed: boolean
): Promise<void> {
  await client.ping();
  await refuseOtherRules(registry, client);
  const id = await registry.registryId();
  let storeState = await inspectStore(client);
  if (ownerOf(storeState, id) === 'us' && storeState.missing.length > 0) {
    // Before missing policies are made anew: the registry must note that what they held is no longer stored.
    const events = { onStoreRecreated: say };
    const claim = new StoreClaim(registry, client, now, events);
    await claim.ensureMayBegin().finally(() => claim.close());
    storeState = await inspectStore(client);
  }
  await prepareStore(client);
  const adopting: Adopting = { registry, client, id, storeState };
  await (isRestored ? adoptRestored(adopting, isAgreed) : adopt(adopting));
}

interface Adopting {
  readonly registry: Registry;
  readonly client: InfluxClient;
  /** The id of this registry. */
  readonly id: string;
  /** What the store said of itself before anything was changed. */
  readonly storeState: StoreState;
}

async function adopt(adopting: Adopting): Promise<void> {
  const { registry, client, id, storeState } = adopting;
  const { database } = client.settings;
  const owner = ownerOf(storeState, id);
  if (owner === 'us') {
    const mark = await markAhead(adopting);
    if (mark) {
      throw new CommandFailed(
        `This registry is an older copy of the one that filled the database ${database} until ${mark.at}. Put the newer ` +
          `registry back; if it is lost: flowscope adopt --restored.`
      );
    }
    if (storeState.record?.handover === undefined) {
      print('This registry fills the store already: nothing was changed.');
      return;
    }
    await writeStoreRecord(client, { handover: '' });
    print('This registry goes on filling the store: the request to give it to another one was taken back.');
    return;
  }
  if (owner === 'nobody') {
    await new StoreClaim(registry, client, now).ensureMayBegin();
    print('This registry fills the store from now on: no other one did.');
    return;
  }
  await letOthersEnd(client);
  // Read again: until they ended, the others went on filling the store.
  const { record, claim } = await inspectStore(client);
  if (claim !== storeState.claim) {
    throw new CommandFailed(`Another registry was given the database ${database} meanwhile: nothing was changed.`);
  }
  const adopted = { database, storeId: record?.storeId, mark: record?.mark, hours: recomputableHours(now()) };
  const storeId = await registry.adoptStore(adopted, commandLineAuthor());
  await takeTrailedPlans(adopting);
  await takeOverStore(client, id);
  await noteFilled(adopting, storeId);
  print(
    `This registry fills the store from now on. What the former one had collected more than ${TRAIL_DAYS} days ago, it would count ` +
      'again; sums of the last days’ hours are brought up to date as it collects.'
  );
}

/** The registry is a copy of the one that fills the store, and got less far. */
async function adoptRestored(adopting: Adopting, isAgreed: boolean): Promise<void> {
  const { registry, client, id, storeState } = adopting;
  const { database } = client.settings;
  if (ownerOf(storeState, id) !== 'us') {
    throw new CommandFailed(
      `This registry never filled the database ${database}, so it is no copy of the one that does. If that one is lost: ` +
        `flowscope adopt.`
    );
  }
  const ahead = await markAhead(adopting);
  if (!ahead) {
    print('This registry is no older copy: it got as far as its store. Nothing was changed.');
    return;
  }
  const last = await registry.lastCollected();
  explainRestored(last, ahead);
  if (!isAgreed) {
    await confirm('Go on with this registry?', 'Nothing was changed');
  }
  await letOthersEnd(client);
  const { record } = await inspectStore(client);
  const mark = record?.mark ?? ahead;
  const taken = await takeTrailedPlans(adopting, last);
  await registry.continueAbove({ database, mark, hours: recomputableHours(now()) }, commandLineAuthor());
  await noteFilled(adopting, record?.storeId);
  print(
    `This registry fills the store from now on, with offsets that were never given out. The store knows ` +
      `${formatCounted(taken, 'object')} that it did not: each counts once, also where it still lies in its bucket.`
  );
}

/** Takes the plans that the store keeps of what was collected since `last` (Unix seconds), or at all; returns how many were new. */
async function takeTrailedPlans({ registry, client }: Adopting, last = 0): Promise<number> {
  const oldest = now() - RETENTION_SECONDS.minute;
  let taken = 0;
  // A plan stands at its horizon, an hour after it was made.
  for await (const plans of readPlanTrail(client, Math.max(last, oldest), now() + 2 * HOUR)) {
    taken += await registry.takePlans(plans as TrailedPlan[], now());
  }
  return taken;
}

function explainRestored(last: number | undefined, mark: Mark): void {
  const until = isoTime(floorHour(Date.parse(mark.at) / 1000) + HOUR);
  if (last === undefined) {
    say(`This registry has collected nothing yet; the store was filled until ${mark.at}.`);
  } else {
    // Flow logs are delivered minutes after their traffic, up to a quarter of an hour with the usual delays.
    const from = isoTime(floorHour(last - HOUR / 4));
    say(`This registry last collected at ${isoTime(last)}; the store was filled until ${mark.at}.`);
    say(`What was collected in between is traffic of ${from} to ${until}, and of earlier hours where it came late.`);
  }
  say('It is in the store, but this registry does not know it:');
  say(
    `- may count twice: objects that were collected in between, more than ${TRAIL_DAYS} days ago, and come again; ` +
      'of later ones the store knows the plans'
  );
  say(
    '- may be missing: nothing that was stored; what changed in between in sources, exporters and accounts is as before'
  );
  say('- hours of the last days are recomputed from their minutes, since nothing says any more which of them must be');
}

/** How far the store was filled, when this registry got less far; else undefined. */
async function markAhead({ registry, storeState: { record }, id }: Adopting): Promise<Mark | undefined> {
  const mark = record?.registryId === id ? record.mark : undefined;
  return mark && isBehind(await registry.filledStore(), mark) ? mark : undefined;
}

/** Asks all collectors of the store to end, and waits until they have seen that and finished what they had begun. */
async function letOthersEnd(client: InfluxClient): Promise<void> {
  await writeStoreRecord(client, { handover: isoTime(now()) });
  say(`Waiting ${HANDOVER_MS / 1000} s, in which whoever still fills the store finishes what it has begun and ends.`);
  await sleep(HANDOVER_MS);
}

/**
 * Records in the store that this registry fills it and how far it got, and ends the request to hand it over. Throws
 * {@link CommandFailed} when another registry did the same at that time.
 */
async function noteFilled({ registry, client, id }: Adopting, storeId: string | undefined): Promise<void> {
  const { round, offset, changes } = await registry.filledStore();
  const mark = { round, offset, changes, at: isoTime(now()) };
  await writeStoreRecord(client, { registryId: id, storeId, mark, handover: '' });
  const { claim } = await inspectStore(client);
  if (claim !== undefined && claim !== claimDuration(id)) {
    throw new CommandFailed(
      `Another registry took the database ${client.settings.database} at the same time. Let one of them run: flowscope adopt there.`
    );
  }
}
