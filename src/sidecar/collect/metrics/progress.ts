import { maxOf, minOf } from '../../completeness/extremes';
import type { FlowLogCompleteness } from '../../completeness/flowLog';
import { sourceCompleteness } from '../../completeness/source';
import type { CollectorReport } from '../../registry/collectorOperations';
import type { DeliveredSlot } from '../../registry/deliveries';
import type { Registry } from '../../registry/registry';
import type { Backlog, SourceProgress, WorkDone } from '../sourceProgress';

/** How far collecting from a source has got, as its points need it. */
export type Progress = Pick<SourceProgress, 'backlog' | 'completeness' | 'takeDone' | 'ignoredEvents'> &
  Partial<Pick<SourceProgress, 'totals'>>;

/** What one collector elsewhere says of one source. */
type SourceReport = CollectorReport['sources'][number];

/** What JSON leaves out, as a flow log's completeness has it. */
const toCompleteness = ({
  freshUntil,
  ...flowLog
}: NonNullable<SourceReport['flowLogs']>[number]): FlowLogCompleteness => ({ ...flowLog, freshUntil });

/** A sum of counts, by name. */
function addCounts(sums: Readonly<Record<string, number>>, more: Readonly<Record<string, number | undefined>>) {
  const names = Object.keys({ ...sums, ...more });
  return Object.fromEntries(names.map((name) => [name, (sums[name] ?? 0) + (more[name] ?? 0)]));
}

const NOTHING_DONE = { objects: 0, records: 0, malformed: 0, skipdata: 0, errors: 0 };

/** Progress as a collector elsewhere has reported it. */
class ReportedProgress implements Progress {
  private done: Readonly<Record<string, number>> = {};
  private last?: SourceReport;

  note(report: SourceReport): void {
    this.last = report;
    this.done = addCounts(this.done, report.done);
  }

  get ignoredEvents(): number {
    return this.last?.ignoredEvents ?? 0;
  }

  backlog(): Backlog | undefined {
    return this.last?.backlog;
  }

  completeness(): FlowLogCompleteness[] | undefined {
    return this.last?.flowLogs?.map(toCompleteness);
  }

  takeDone(): WorkDone {
    const { done } = this;
    this.done = {};
    return { ...NOTHING_DONE, ...done };
  }
}

/** The progress of several collectors on one source, as one. */
class SharedProgress implements Progress {
  constructor(private readonly parts: readonly Progress[]) {}

  get ignoredEvents(): number {
    return this.parts.reduce((sum, { ignoredEvents }) => sum + ignoredEvents, 0);
  }

  /** Messages that wait in their queue are among the objects of each: what waits is no more than that of the one with most. */
  backlog(): Backlog | undefined {
    const known = this.parts.flatMap((part) => part.backlog() ?? []);
    const objects = maxOf(known.map((backlog) => backlog.objects));
    return objects === undefined ? undefined : { objects, oldest: minOf(known.flatMap(({ oldest }) => oldest ?? [])) };
  }

  /** What one of them has not got yet is missing. */
  completeness(delivered: readonly DeliveredSlot[]): FlowLogCompleteness[] | undefined {
    const known = this.parts.flatMap((part) => {
      const flowLogs = part.completeness(delivered);
      return flowLogs ? [flowLogs] : [];
    });
    if (known.length === 0) {
      return undefined;
    }
    return [...Map.groupBy(known.flat(), ({ id }) => id).values()].map((several) =>
      several.reduce((a, b) => (b.completeUntil < a.completeUntil ? b : a))
    );
  }

  takeDone(): WorkDone {
    return this.parts.reduce<WorkDone>(
      (sum, part) => ({ ...NOTHING_DONE, ...addCounts({ ...sum }, { ...part.takeDone() }) }),
      NOTHING_DONE
    );
  }
}

/** The progress of those who work on a source, as one; undefined when nobody does. */
export function joinProgress(parts: readonly Progress[]): Progress | undefined {
  return parts.length > 1 ? new SharedProgress(parts) : parts[0];
}

/** What collectors elsewhere have reported, by collector. */
export class CollectorReports {
  private readonly byName = new Map<
    string,
    { number: number; heard: number; sources: Map<string, ReportedProgress> }
  >();

  /** Notes a report that came at `now` (Unix seconds), once however often it is sent. */
  note(name: string, { number, sources }: CollectorReport, now: number): void {
    const before = this.byName.get(name);
    if (before?.number === number) {
      before.heard = now;
      return;
    }
    const progress = new Map(
      sources.map((source) => [source.id, before?.sources.get(source.id) ?? new ReportedProgress()] as const)
    );
    sources.forEach((source) => progress.get(source.id)!.note(source));
    this.byName.set(name, { number, heard: now, sources: progress });
  }

  /** The names of the collectors that were heard of since then (Unix seconds). */
  heardSince(since: number): string[] {
    return [...this.byName].filter(([, { heard }]) => heard >= since).map(([name]) => name);
  }

  /** The progress on a source of a collector of that name. */
  of(name: string, sourceId: string): Progress | undefined {
    return this.byName.get(name)?.sources.get(sourceId);
  }
}

/** The report of a collector on the sources that it follows: what was done since the one before, over so many seconds. */
export async function reportOf(
  registry: Pick<Registry, 'deliveredSlots'>,
  sources: ReadonlyArray<{ readonly source: { readonly id: string }; readonly progress: Progress }>,
  number: number,
  errorsBefore: number,
  seconds: number
): Promise<CollectorReport> {
  const reports = await Promise.all(
    sources.map(async ({ source: { id }, progress }): Promise<SourceReport> => {
      const flowLogs = progress.completeness(await registry.deliveredSlots(id));
      const { ignoredEvents } = progress;
      return { id, backlog: progress.backlog(), done: { ...progress.takeDone() }, flowLogs, ignoredEvents };
    })
  );
  const sum = (count: string) => reports.reduce((total, { done }) => total + (done[count] ?? 0), 0);
  return {
    number,
    recordsPerSecond: sum('records') / Math.max(1, seconds),
    errors: errorsBefore + sum('errors'),
    sources: reports,
  };
}

/** How late objects arrive at a collector, seconds: of its source furthest behind. */
export function lagOf({ sources }: CollectorReport): number | undefined {
  return sourceCompleteness(sources.flatMap(({ flowLogs = [] }) => flowLogs.map(toCompleteness))).lag;
}
