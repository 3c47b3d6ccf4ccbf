/**
 * What `flowscope serve` does, step by step and at a time that the caller says: `steadyCollector PORT SIDECAR NOW`. The same rooms do
 * the same work as in `service/serve.ts`; only who says when is another, so that an hour takes as long as its work. `SIDECAR`:
 * the folder of the built sidecar, for its threads; `NOW`: Unix seconds. `POST /STEP?now=SECONDS` does one of {@link STEPS} at that time
 * and answers with what it did, as JSON; GET answers once collecting may begin. Descriptions are not read from EC2.
 */
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { writeCollectionPoints, type FollowedSource } from '../../src/sidecar/collect/metrics/collectionPoints';
import { FlowRates } from '../../src/sidecar/collect/metrics/flowRates';
import { Permits } from '../../src/sidecar/collect/permits';
import { keepHours } from '../../src/sidecar/collect/recomputeHours';
import type { ScanEvents } from '../../src/sidecar/collect/scan';
import { scanSource } from '../../src/sidecar/collect/scanSource';
import { SourceProgress } from '../../src/sidecar/collect/sourceProgress';
import { Tally } from '../../src/sidecar/collect/tally';
import { prune } from '../../src/sidecar/registry/prune';
import { bucketOf } from '../../src/sidecar/service/awsAccess';
import { BYTES_IN_FLIGHT, withCollecting, type Collecting } from '../../src/sidecar/service/context';
import { writePolicyChoice } from '../../src/sidecar/store/schema';
import { now } from '../../src/sidecar/util/time';

/** What steps say they did. */
export interface Done {
  readonly records?: number;
  /** Hours that were recomputed. */
  readonly hours?: number;
}

export type Step = 'scan' | 'hours' | 'points' | 'housekeeping';

const [port, sidecar, begin] = process.argv.slice(2);
let time = Number(begin);
// All rooms ask `now` or Date.now, so that all of them live at the time that was said.
Date.now = () => time * 1000;
// Where the sidecar looks for the script of its threads.
process.argv[1] = join(sidecar, 'flowscope.mjs');

async function stepsOf({ registry, client, hourSums, deps }: Collecting): Promise<Record<Step, () => Promise<Done>>> {
  const sources = await registry.listSources();
  const followed = sources.map((source): FollowedSource<SourceProgress> => ({
    source,
    progress: new SourceProgress(),
  }));
  const tools = { bucketOf, deps, permits: new Permits(BYTES_IN_FLIGHT) };
  const points = { registry, client, writer: deps.writer };
  const rates = new FlowRates(points);
  return {
    scan: async () => {
      const tally = new Tally();
      const events: ScanEvents = new EventEmitter();
      events.on('object', (object, outcome) => tally.add(object, outcome));
      const scans = followed.map(({ source, progress }) => scanSource(source, progress, tools, events));
      // None may go on behind the step.
      for (const scan of await Promise.allSettled(scans)) {
        if (scan.status === 'rejected') {
          throw scan.reason;
        }
        const { error, unexpected } = scan.value;
        if (error !== undefined) {
          throw unexpected ?? new Error(error);
        }
      }
      return { records: tally.counts().records };
    },
    hours: async () => ({
      hours: await keepHours(registry, client, now, {
        sums: hourSums,
        withRetry: (work) => deps.writer.withRetry(work),
      }),
    }),
    points: async () => {
      const minutes = await writeCollectionPoints(points, followed, now());
      await rates.write(minutes, now());
      return {};
    },
    housekeeping: async () => {
      await writePolicyChoice(client, now());
      await prune(registry, now());
      return {};
    },
  };
}

async function answerSteps(tools: Collecting): Promise<void> {
  const steps = await stepsOf(tools);
  const stopped = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    if (request.method === 'GET') {
      response.end();
      return;
    }
    // Steps may go on at the same time; it never goes back.
    time = Math.max(time, Number(searchParams.get('now')));
    steps[pathname.slice(1) as Step]()
      .then((done) => response.end(JSON.stringify(done)))
      .catch((error: unknown) => {
        response.writeHead(500).end(error instanceof Error ? error.stack : String(error));
      });
  });
  server.listen(Number(port), '127.0.0.1');
  process.once('SIGTERM', () => stopped.resolve());
  await stopped.promise;
  server.close();
  server.closeAllConnections();
}

// Time stands still during a step, so a store that does not answer would be waited for without end.
void withCollecting({ patience: { patienceMs: 0 } }, answerSteps).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
