import type { Random } from '../../src/sidecar/generate/random';
import { TruthTally, type Truth } from '../../src/sidecar/generate/truth';
import { isAwsName, type Version } from './versions';

/** An object as it was put somewhere. */
export interface Placed {
  readonly key: string;
  readonly version: Version;
}

/** What the registry must say of an object that stays. */
export interface Left {
  readonly state: 'not-collected' | 'quarantined';
  readonly reason: string;
}

/** One object in so many is called as people call files. */
const OTHER_NAME_ONE_IN = 3;
/** One object in so many lies at a second place, too. */
const TWO_PLACES_ONE_IN = 8;

/** What was put into a round's bucket or folder, and so what must be stored and what must be left when it is over. */
export class Contents {
  /** Objects that stay, by key. */
  readonly left = new Map<string, Left>();
  /** Keys that S3 was asked for, so that the object may have a plan. */
  readonly read = new Set<string>();
  private readonly byEtag = new Map<string, Version>();
  private readonly placed = new Map<string, Version>();
  private readonly counted = new Set<Version>();
  /** Keys whose object must stay as it is: it was overwritten before, or lies at two places. */
  private readonly fixed = new Set<string>();
  private number = 0;

  /** `source`: gives the objects that are put; `put`: puts one. */
  constructor(
    private readonly source: Iterator<Version, never>,
    private readonly random: Random,
    private readonly put: (placed: Placed) => void
  ) {}

  versionOf(etag: string): Version | undefined {
    return this.byEtag.get(etag);
  }

  /** Puts the next object. */
  deliver(): void {
    const version = this.next();
    const key = this.random.below(OTHER_NAME_ONE_IN) === 0 ? otherName(version, this.number) : version.key;
    this.place(key, version);
    if (!version.isCollectable) {
      this.left.set(key, { state: 'not-collected', reason: 'log-status-missing' });
      return;
    }
    this.counted.add(version);
    if (this.random.below(TWO_PLACES_ONE_IN) === 0) {
      this.place(`copy/${key}`, version);
      this.fixed.add(key).add(`copy/${key}`);
    }
  }

  /**
   * Replaces an object by other content, before it is read for the first time or, once it is stored, before it is deleted. Returns
   * false, and replaces nothing, where it would not be certain what then counts.
   */
  overwrite(key: string, before: 'reading' | 'deletion'): boolean {
    const old = this.placed.get(key);
    if (!old?.isCollectable || this.fixed.has(key) || (before === 'reading' && this.read.has(key))) {
      return false;
    }
    this.fixed.add(key);
    const version = this.nextCollectable();
    this.place(key, version);
    if (before === 'reading') {
      this.counted.delete(old);
    }
    if (before === 'deletion' && isAwsName(key)) {
      // What AWS named is known by that name: other content of it is not counted.
      this.left.set(key, { state: 'quarantined', reason: 'conflict' });
    } else {
      this.counted.add(version);
    }
    return true;
  }

  /** The sums of all that must be stored, by measurement. */
  truth(): Truth['measurements'] {
    const tally = new TruthTally();
    this.counted.forEach(({ counts }) => tally.add(counts));
    return tally.truth().measurements;
  }

  private place(key: string, version: Version): void {
    this.placed.set(key, version);
    this.put({ key, version });
  }

  private next(): Version {
    const version = this.source.next().value;
    this.number++;
    this.byEtag.set(version.etag, version);
    return version;
  }

  private nextCollectable(): Version {
    for (;;) {
      const version = this.next();
      if (version.isCollectable) {
        return version;
      }
    }
  }
}

function otherName({ key }: Version, number: number): string {
  return `by-hand/${number}${key.endsWith('.parquet') ? '.log.parquet' : '.log.gz'}`;
}
