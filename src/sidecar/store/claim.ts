import { createHash } from 'node:crypto';
import type { FillPosition } from '../rollup/fillPosition';
import { quoteField } from '../rollup/lineProtocol';
import { adminOf } from './admin';
import { isFailure, type InfluxClient, type Row } from './influx';
import { FIXED_TIMESTAMP, POLICY_NAMES } from './schema';

/**
 * A retention policy that holds no data: its duration says which registry fills the store. InfluxDB 1.x has no
 * compare-and-set, but it creates a policy of one name once: the same duration again passes, any other is refused. So of
 * several registries that begin at once exactly one gets the store (tried with 20 at once on 1.6.7).
 */
export const CLAIM_POLICY = 'flowscope_claim';

/** Durations from here on, in seconds, each of which stands for a registry. */
const SHORTEST_CLAIM = 1_000_000_000;
/** Number of such durations; the longest one stays below the 292 years that InfluxDB accepts. */
const CLAIMS = 8_000_000_000;

/** The duration, in seconds, that stands for a registry. Two registries share one by a chance of one in 8 thousand million. */
export function claimDuration(registryId: string): number {
  const hash = createHash('sha256').update(registryId).digest();
  return SHORTEST_CLAIM + Number(hash.readBigUInt64BE() % BigInt(CLAIMS));
}

/** A fill position as the store keeps it. */
export interface Mark extends FillPosition {
  /** When it was written, ISO 8601. */
  readonly at: string;
}

/** What the store itself records about the registry that fills it. */
export interface StoreRecord {
  /** Of the registry that fills it. */
  readonly registryId: string;
  /** Which store this is: one that was made again has another. Undefined in one that an older version filled. */
  readonly storeId?: string;
  readonly mark?: Mark;
  /** When `flowscope adopt` asked all who fill this store to end, ISO 8601; undefined when it did not, or is done. */
  readonly handover?: string;
}

/** Which parts of a store are there, and who claimed it. */
export interface StoreState {
  readonly hasDatabase: boolean;
  /** Our retention policies that are not there. */
  readonly missing: readonly string[];
  /** The duration in seconds by which a registry has claimed it. */
  readonly claim?: number;
  readonly record?: StoreRecord;
}

/** Timeout of a check: answers are small, and a late one may be outdated. */
const LOOK_MS = 3000;

/** Reads the state of the store, missing parts included. Throws {@link InfluxError} when it does not answer. */
export async function inspectStore(client: InfluxClient): Promise<StoreState> {
  const { database } = client.settings;
  const [policies, records] = await Promise.all([
    unlessMissing(client.query(`SHOW RETENTION POLICIES ON "${database}"`, LOOK_MS)),
    unlessMissing(client.query('SELECT * FROM "entity"."registry"', LOOK_MS)),
  ]);
  const names = new Set(policies?.map(({ name }) => name));
  const claim = policies?.find(({ name }) => name === CLAIM_POLICY);
  return {
    hasDatabase: policies !== undefined,
    missing: POLICY_NAMES.filter((name) => !names.has(name)),
    claim: claim && secondsOf(String(claim.duration)),
    record: records?.[0] && recordOf(records[0]),
  };
}

/** Whether the store holds data of rules version 1, whose measurements alone have a tag `exporter`. Throws {@link InfluxError}. */
export async function hasExporterTag(client: InfluxClient): Promise<boolean> {
  const tags = await unlessMissing(client.query('SHOW TAG KEYS FROM "flow_interface"'));
  return tags?.some(({ tagKey }) => tagKey === 'exporter') ?? false;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isFailure(error, 'missing')) {
      return undefined;
    }
    throw error;
  }
}

/** Seconds of a duration as InfluxDB writes it: `1388888h53m21s`. */
function secondsOf(duration: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function recordOf(row: Row): StoreRecord {
  const text = (name: string) => (row[name] ? String(row[name]) : undefined);
  const at = text('marked');
  return {
    registryId: String(row.id),
    storeId: text('store'),
    mark:
      at === undefined
        ? undefined
        : { round: Number(row.round), offset: Number(row.offset), changes: Number(row.changes), at },
    handover: text('handover'),
  };
}

/** Who owns a store, from the view of one registry. */
export function ownerOf({ claim, record }: StoreState, registryId: string): 'us' | 'nobody' | 'other' {
  if (claim !== undefined) {
    return claim === claimDuration(registryId) ? 'us' : 'other';
  }
  // Filled by a version that claimed nothing yet.
  return record === undefined ? 'nobody' : record.registryId === registryId ? 'us' : 'other';
}

/** Claims a store for a registry; false when another one has it. Throws {@link InfluxError}. */
export async function claimStore(client: InfluxClient, registryId: string): Promise<boolean> {
  try {
    await adminOf(client).createPolicy({
      name: CLAIM_POLICY,
      duration: `${claimDuration(registryId)}s`,
    });
    return true;
  } catch (error) {
    if (isFailure(error, 'exists')) {
      return false;
    }
    throw error;
  }
}

/** Claims a store for a registry even if another one has claimed it. Throws {@link InfluxError}. */
export async function takeOverStore(client: InfluxClient, registryId: string): Promise<void> {
  if (!(await claimStore(client, registryId))) {
    await adminOf(client).alterPolicy(CLAIM_POLICY, `${claimDuration(registryId)}s`);
  }
}

/** Updates the given parts of the store's record; others stay. `handover`: '' withdraws the request. */
export async function writeStoreRecord(
  client: InfluxClient,
  { registryId, storeId, mark, handover }: Partial<StoreRecord>
): Promise<void> {
  const texts = { id: registryId, store: storeId, marked: mark?.at, handover };
  const numbers = { round: mark?.round, offset: mark?.offset, changes: mark?.changes };
  const fields = [
    ...Object.entries(texts).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoteField(value)}`])),
    ...Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}i`])),
  ];
  await client.write('entity', `registry ${fields.join(',')} ${FIXED_TIMESTAMP}`);
}
