import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { collectorAnswers, collectorCalls, type CollectorAnswers } from '../../contract/collectors';
import {
  COLLECTOR_OPERATIONS,
  isForCollectors,
  sourcesOf,
  type CollectorOperationName,
  type CollectorReport,
  type PrimaryOperationName,
} from '../registry/collectorOperations';
import { sourcesFor, type TokenHolder } from '../registry/collectors';
import { RegistryError } from '../registry/errors';
import type { SecretKeeper } from '../registry/secrets';
import { RULES_VERSION } from '../rollup/terms';
import { InfluxError } from '../store/influx';
import { answers, type Api, type Primary, type Resource } from './api';
import { ApiError } from './apiErrors';
import { COLLECTOR_PATH } from './guard';

/** A plan may name tens of thousands of interfaces, and an object brings up to a megabyte of unread lines. */
const BODY_BYTES = 32 * 1024 * 1024;
/** By how much the clocks of two machines may differ, seconds. */
const MAX_SKEW = 60;

const TOKEN = /^Bearer ([\x21-\x7e]+)$/;

interface Call {
  readonly name: CollectorOperationName;
  readonly args: readonly unknown[];
}

type Answer = CollectorAnswers['answers'][number];

/**
 * What collectors elsewhere call: the operations of `COLLECTOR_OPERATIONS`, many in a request. Before the first is run, all are
 * checked: a request with one that may not be is refused whole. Each is checked once more where it is run, since a source may
 * be moved at any moment.
 */
export function collectorCallRoute(app: Api, { registry, collector, secrets, now, log }: Resource): void {
  const holders = new WeakMap<FastifyRequest, TokenHolder>();
  const parsers = new Map(
    Object.entries(COLLECTOR_OPERATIONS).map(([name, { args }]) => [name, argumentsParser(args(z))] as const)
  );

  app.post(
    COLLECTOR_PATH,
    {
      bodyLimit: BODY_BYTES,
      // Before the body is read.
      onRequest: async (request) => {
        const [, token] = TOKEN.exec(request.headers.authorization ?? '') ?? [];
        const holder = token === undefined ? undefined : await registry.collectorByToken(token);
        if (!holder) {
          throw new ApiError(
            401,
            'unauthorized',
            'This is for collectors, and no collector has this token, or has it any more: flowscope collector add makes one.'
          );
        }
        holders.set(request, holder);
      },
      schema: { body: collectorCalls, response: answers(200, collectorAnswers) },
    },
    async (request) => {
      const holder = holders.get(request)!;
      const { calls, version, host, rulesVersion, now: theirs } = request.body;
      const refusal = otherRules(holder, rulesVersion, version) ?? otherClock(holder, theirs - now());
      if (refusal !== undefined) {
        await registry.noteCollector(holder.id, { version, host, waiting: refusal }, now());
        throw new ApiError(409, 'conflict', refusal);
      }
      const checked = calls.map((call) => check(call, holder, parsers));
      const primary = collector.primary();
      if (!primary) {
        throw new ApiError(
          503,
          'unavailable',
          'The primary starts, stops, or waits for InfluxDB: nothing is collected until it goes on.'
        );
      }
      const of = { holder, primary, secrets, about: { version, host }, now };
      return { answers: await Promise.all(checked.map((call) => answerTo(call, of, log))) };
    }
  );
}

/** Checks arguments; what is missing at the end is undefined, and reads as null where JSON had to say so. */
function argumentsParser(schemas: readonly z.ZodType[]) {
  const all = z.tuple(schemas as [z.ZodType, ...z.ZodType[]]);
  return (args: readonly unknown[]) =>
    all.safeParse([...args, ...Array<null>(Math.max(0, schemas.length - args.length)).fill(null)]);
}

/** Throws {@link ApiError} unless this collector may make that call now. */
function check(
  { name, args }: { readonly name: string; readonly args: readonly unknown[] },
  holder: TokenHolder,
  parsers: ReadonlyMap<string, ReturnType<typeof argumentsParser>>
): Call {
  if (!isForCollectors(name)) {
    throw new ApiError(400, 'invalid', 'The request asks for an operation that collectors do not have.', 'calls');
  }
  const { data, error } = parsers.get(name)!(args);
  if (error) {
    const [{ path, message }] = error.issues;
    throw new ApiError(400, 'invalid', `${name}: ${['argument', ...path].join(' ')}: ${message}`, 'calls');
  }
  if (sourcesOf(name, data).some((sourceId) => !holder.sourceIds.includes(sourceId))) {
    throw new ApiError(
      403,
      'forbidden',
      `${name}: it is about a source that is not assigned to collector ${holder.name}, or not any more.`
    );
  }
  return { name, args: data };
}

function otherRules({ name }: TokenHolder, theirs: number, version: string): string | undefined {
  return theirs === RULES_VERSION
    ? undefined
    : `Collector ${name} (Flowscope ${version}) collects under rules version ${theirs}, and its primary under ${RULES_VERSION}: ` +
        `upgrade ${theirs < RULES_VERSION ? 'the collector' : 'the primary'}. Until then the collector waits.`;
}

function otherClock({ name }: TokenHolder, skew: number): string | undefined {
  return Math.abs(skew) <= MAX_SKEW
    ? undefined
    : `The clock of collector ${name} is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} that of its primary: set both ` +
        'right (NTP). Until then the collector waits.';
}

/** What answering a call takes. */
interface Asked {
  readonly holder: TokenHolder;
  readonly primary: Primary;
  readonly secrets: SecretKeeper;
  readonly about: { readonly version: string; readonly host: string };
  readonly now: () => number;
}

async function answerTo(call: Call, asked: Asked, log: (message: string) => void): Promise<Answer> {
  try {
    return { result: await run(call, asked) };
  } catch (error) {
    if (error instanceof RegistryError) {
      return { error: { code: error.code, message: error.message } };
    }
    if (error instanceof InfluxError) {
      return { error: { code: 'unavailable', message: error.message } };
    }
    // Not what it says: it may quote what must not be shown.
    const { name, message } = error as Error;
    log(`Collector ${asked.holder.name}, ${call.name}: ${name}: ${message}`);
    return { error: { code: 'internal', message: 'Something went wrong in the primary: its log says what.' } };
  }
}

/** What the process of the primary does itself. */
const OF_PRIMARY: Readonly<Record<PrimaryOperationName, (asked: Asked, args: readonly never[]) => Promise<unknown>>> = {
  sources: (asked) => openedSources(asked),
  openShards: ({ primary }, [policy, stretches]: readonly never[]) => primary.openShards(policy, stretches),
  publishNames: ({ primary }) => primary.publishNames(),
  newestOwners: ({ primary }) => primary.newestOwners(),
  report: async ({ holder, primary, about, now }, [report]: readonly CollectorReport[]) =>
    primary.noteReport(holder, about, report, now()),
};

function run({ name, args }: Call, asked: Asked): Promise<unknown> {
  if (Object.hasOwn(OF_PRIMARY, name)) {
    return OF_PRIMARY[name as PrimaryOperationName](asked, args as never[]);
  }
  const operations = asked.primary.registry.forCollector(asked.holder.id);
  const operation = operations[name as keyof typeof operations] as (...rest: readonly unknown[]) => Promise<unknown>;
  return operation(...args);
}

/** The enabled sources of a collector, with the secrets that it signs in with; it keeps them in memory only. */
async function openedSources({ holder, primary: { registry }, secrets, now }: Asked) {
  const silent = (await registry.listCollectors(now())).filter(({ isSilent }) => isSilent).map(({ name }) => name);
  const sources = sourcesFor(await registry.listSources(), holder.name, silent);
  return sources.map(({ access: { sealedSecret, ...access }, ...source }) => {
    const opened = () => {
      try {
        return { secretAccessKey: secrets.signIn({ ...access, sealedSecret }).keys?.secretAccessKey };
      } catch (error) {
        return { problem: (error as Error).message };
      }
    };
    return { ...source, access, ...(sealedSecret !== undefined && opened()) };
  });
}
