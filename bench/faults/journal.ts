import type { Sums } from '../../src/sidecar/generate/truth';
import { objectsOf, type Asked } from './calls';
import type { Version } from './versions';

const METRICS = ['bytes', 'packets', 'flows'] as const;
/** Nanoseconds of a window of `minute`. Within it, each object has offsets of its own. */
const WINDOW = 60_000_000_000n;

/** Names of objects that never were, on which the sidecar tries how a store deletes. */
const NEVER_THERE = /(^|\/)flowscope-test-[0-9a-f-]+$/;

/** A point of line protocol. */
interface Point {
  readonly measurement: string;
  readonly interfaceId?: string;
  readonly offset: bigint;
  readonly fields: Readonly<Record<string, string>>;
}

/** What InfluxDB acknowledged of the points that stand at one offset. */
interface AtOffset {
  readonly interfaces: Set<string>;
  /** By series and time, so that a point that was written twice counts once. */
  readonly points: Map<string, Point>;
}

/**
 * What the proxies saw: the points that InfluxDB acknowledged, in answers that were passed on whole, and the deletions that S3
 * was asked for. Each object has interfaces of its own, and each offset is one object's, so that points can be told apart.
 */
export class Journal {
  /** Deletions that were asked for before everything of their object was acknowledged. */
  readonly violations: string[] = [];
  /** How many deletions were looked at. */
  deletions = 0;
  private readonly offsets = new Map<bigint, AtOffset>();

  /** `versionOf`: the content that has this ETag. */
  constructor(private readonly versionOf: (etag: string) => Version | undefined) {}

  /** Notes the points of a write that was acknowledged. */
  acknowledged({ body }: Asked): void {
    for (const line of body.toString().split('\n').filter(Boolean)) {
      const { key, point } = parseLine(line);
      const at = this.offsets.get(point.offset) ?? { interfaces: new Set(), points: new Map() };
      this.offsets.set(point.offset, at);
      at.points.set(key, point);
      if (point.measurement === 'flow_interface' && point.interfaceId !== undefined) {
        at.interfaces.add(point.interfaceId);
      }
    }
  }

  /** Compares what was acknowledged until now of each object that S3 is asked to delete with all that is in it. */
  deletionAsked(asked: Asked): void {
    for (const { key, etag } of objectsOf(asked)) {
      if (NEVER_THERE.test(key)) {
        continue;
      }
      this.deletions++;
      const version = this.versionOf(etag);
      const problem = version ? this.missingOf(version) : `its ETag ${etag} is none that it had`;
      if (problem !== undefined) {
        this.violations.push(`S3 was asked to delete ${key}, and ${problem}`);
      }
    }
  }

  /** What is not acknowledged of an object; undefined when nothing is missing. */
  private missingOf({ isCollectable, interfaces, sums }: Version): string | undefined {
    if (!isCollectable) {
      return 'it is none that can be collected';
    }
    const points = [...this.offsets.values()]
      .filter((at) => [...at.interfaces].some((id) => interfaces.has(id)))
      .flatMap((at) => [...at.points.values()]);
    for (const [measurement, wanted] of Object.entries(sums)) {
      const own = points.filter((point) => point.measurement === measurement);
      for (const metric of METRICS) {
        const acknowledged = own.reduce((sum, { fields }) => sum + BigInt(fields[metric] ?? 0), 0n);
        if (acknowledged !== BigInt(wanted[metric])) {
          return `InfluxDB has acknowledged ${acknowledged} of its ${wanted[metric]} ${metric} in ${measurement}`;
        }
      }
    }
    return undefined;
  }
}

/** The sums of an object by measurement. */
export type SumsByMeasurement = Readonly<Record<string, Sums>>;

/** Source: "Line protocol reference", InfluxDB 1.x: commas, spaces and equals signs in tags are escaped with a backslash. */
function parseLine(line: string): { key: string; point: Point } {
  const [series, fields, time] = line.split(/(?<!\\) /);
  const [measurement, ...tags] = series.split(/(?<!\\),/);
  const interfaceId = tags.find((tag) => tag.startsWith('interface='))?.slice('interface='.length);
  const values = fields.split(',').map((field) => field.replace(/i$/, '').split('='));
  return {
    key: `${series} ${time}`,
    point: { measurement, interfaceId, offset: BigInt(time) % WINDOW, fields: Object.fromEntries(values) },
  };
}
