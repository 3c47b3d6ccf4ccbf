import { z } from 'zod';
import { count, oneLine, time } from './common';
import { COLLECTOR_NAME } from './sourceFields';

const name = z
  .string()
  .regex(COLLECTOR_NAME, 'a name looks like west-1: up to 64 letters, digits, dots, hyphens and underscores');

/** A collector that is to be added. */
export const collectorInput = z.strictObject({ name });

/** One that was added, with the token by which it joins: nobody is ever told it again. */
export const addedCollector = z.object({ id: z.string(), name: z.string(), token: z.string() });
export type AddedCollector = z.infer<typeof addedCollector>;

/** A collector, for administrators. */
export const collector = z.object({
  id: z.string(),
  name: z.string(),
  /** The one that keeps the registry. */
  isPrimary: z.boolean(),
  /** Of Flowscope, and of its machine; missing until it was heard of. */
  version: z.string().optional(),
  host: z.string().optional(),
  created: time,
  heard: time.optional(),
  /** Whether it has said nothing for two minutes. One that was never started is not silent. */
  isSilent: z.boolean(),
  /** Why it does not collect, in words. */
  waiting: z.string().optional(),
  /** Names of the sources that are assigned to it. */
  sources: z.array(z.string()),
  recordsPerSecond: z.number().optional(),
  /** How late objects arrive, seconds: of its source furthest behind. */
  lag: z.number().optional(),
  /** Failures since it was started. */
  errors: count.optional(),
  /** Objects that it has begun and nobody has stored yet. */
  plansInHand: count,
});
export type CollectorView = z.infer<typeof collector>;
export const collectorList = z.object({ items: z.array(collector) });

/** To which collector sources go: all of them, unless some are named. */
export const moveInput = z.strictObject({ to: name, sources: z.array(z.string().max(64)).min(1).optional() });
export type MoveInput = z.infer<typeof moveInput>;

/** Sources that were moved, and how many of their objects the former collector had begun. */
export const movedSources = z.object({ sources: z.array(z.string()), plansInHand: count });

/** To which collector the sources of one go that is removed; the primary when that is left out. */
export const removeQuery = z.strictObject({ to: name.optional() });

/** What was removed with a collector. `plans`: a thousand of its objects in hand at most. */
export const removedCollector = movedSources.extend({
  plans: z.array(z.object({ identity: z.string(), source: z.string().optional(), granted: time })),
});

/** Calls in one request at most. */
export const MAX_CALLS = 1000;

/** What a collector elsewhere sends: who it is, and what it asks the registry for. */
export const collectorCalls = z.strictObject({
  /** Of Flowscope. */
  version: oneLine(64),
  /** The name of its machine. */
  host: oneLine(256),
  rulesVersion: count,
  /** Its clock. */
  now: time,
  calls: z
    .array(z.strictObject({ name: z.string().max(64), args: z.array(z.unknown()).max(8) }))
    .min(1)
    .max(MAX_CALLS),
});

/** How a call ended. `unavailable`: to be asked again, since InfluxDB does not answer. */
export const collectorAnswers = z.object({
  answers: z.array(
    z.object({
      result: z.unknown().optional(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    })
  ),
});
export type CollectorAnswers = z.infer<typeof collectorAnswers>;
