import { createHash } from 'node:crypto';
import { listedFolderOf, type FolderWatch } from './discover';
import type { ObjectOutcome, Remaining } from './object/object';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Every folder is listed at least this often, so an object in a resting folder is found at most this late. Seconds. */
export const MAX_REST = HOUR;
/** A folder with a new object within this time is listed in every scan. Seconds. */
const MIN_QUIET = HOUR;
/** After that, a folder rests for this share of the time since its last new object. */
const REST_SHARE = 1 / 4;
/** Rests are shortened by up to this share, differently per folder, so that folders are not all due in the same scan. */
const SPREAD = 1 / 4;
/** Folders to remember at most; any further ones are listed in every scan. */
const MAX_FOLDERS = 100_000;

/** What is remembered of a folder. Times are Unix seconds. */
interface Folder {
  /** Since when nothing new has come to it. */
  readonly quietSince: number;
  /** It need not be listed before. */
  readonly restsUntil: number;
}

/** What a scan found in a folder; in a day's folder also in all folders below it. */
class Seen {
  /** The folders in it; undefined until its listing has ended. */
  subfolders?: readonly string[];
  /** Whether something was there that stays there. */
  hasLeftovers = false;
  /** Whether there was an object that was not known to be left alone. */
  hasNews = false;
  /** Whether one of these is not done with. */
  hasUnfinished = false;
}

/** One scan of a source. */
class FolderScan {
  readonly seen = new Map<string, Seen>();
  readonly skipped: string[] = [];
  /** Since keys of one folder come in a row. */
  private last = '/';

  constructor(
    readonly prefix: string,
    readonly now: number
  ) {}

  of(folder: string): Seen | undefined {
    let seen = this.seen.get(folder);
    if (!seen && this.seen.size < MAX_FOLDERS) {
      seen = new Seen();
      this.seen.set(folder, seen);
    }
    return seen;
  }

  ofKey(key: string): Seen | undefined {
    if (!key.startsWith(this.last) || key.includes('/', this.last.length)) {
      this.last = listedFolderOf(key, this.prefix);
    }
    return this.of(this.last);
  }
}

/**
 * Remembers from one scan to the next which folders of a source hold nothing but leftovers, so that these are not listed every
 * time. A folder rests only after a scan has listed it to its end and is done with every object in it;
 * with all below it if it is a month's or a year's; never while it is today's or yesterday's, nor what AWS may make new
 * days in. A restart forgets it, and everything is listed once.
 */
export class FolderMemory implements FolderWatch {
  private folders = new Map<string, Folder>();
  /** Whether a scan has reached its end before: in the first one, every object is new. */
  private isFilled = false;
  private scan?: FolderScan;

  /** Begins a scan below a prefix, at `now` (Unix seconds). */
  begin(prefix: string, now: number): void {
    this.scan = new FolderScan(prefix, now);
  }

  /** Whether any folder rests. */
  get hasResting(): boolean {
    return [...this.folders.values()].some(({ restsUntil }) => restsUntil > 0);
  }

  /** Makes this scan list the folders of an object. */
  wake(key: string): void {
    this.folders.delete('');
    for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) {
      this.folders.delete(key.slice(0, at + 1));
    }
  }

  /** Makes this scan list everything. */
  wakeAll(): void {
    this.folders.clear();
  }

  rests(folder: string): boolean {
    const { folders, scan } = this;
    const doesRest = scan !== undefined && (folders.get(folder)?.restsUntil ?? 0) > scan.now;
    if (doesRest) {
      scan.skipped.push(folder);
    }
    return doesRest;
  }

  listed(folder: string, subfolders: readonly string[]): void {
    const seen = this.scan?.of(folder);
    if (seen) {
      seen.subfolders = subfolders;
    }
  }

  /** Records an object in the listing that stays where it is. */
  stays(key: string): void {
    const seen = this.scan?.ofKey(key);
    if (seen) {
      seen.hasLeftovers = true;
    }
  }

  /** Records an object in the listing that is being collected. */
  news(key: string, remaining: Promise<Remaining>): void {
    const seen = this.scan?.ofKey(key);
    if (seen) {
      seen.hasNews = true;
      void remaining.then((left) => (seen.hasUnfinished ||= left !== 'nothing'));
    }
  }

  /** Records the outcome of an object. */
  ended(key: string, { state }: ObjectOutcome): void {
    if (state === 'not-collected' || state === 'quarantined') {
      this.stays(key);
    }
  }

  /** Ends a scan that listed everything and finished every object. Returns the folders it left out. */
  end(): readonly string[] {
    const { scan } = this;
    if (!scan) {
      return [];
    }
    const folders = new Map(scan.skipped.map((folder) => [folder, this.folders.get(folder)!]));
    // The longer path first: a folder rests with all below it, or not at all.
    for (const [folder, seen] of [...scan.seen].sort(([a], [b]) => b.length - a.length)) {
      if (seen.subfolders) {
        folders.set(folder, this.restOf(folder, seen, seen.subfolders, folders, scan.now));
      }
    }
    this.folders = folders;
    this.isFilled = true;
    this.scan = undefined;
    return scan.skipped;
  }

  private restOf(
    folder: string,
    { hasLeftovers, hasNews, hasUnfinished }: Seen,
    subfolders: readonly string[],
    rested: ReadonlyMap<string, Folder>,
    now: number
  ): Folder {
    const end = endOfTime(folder);
    const first = end ?? now;
    const known = this.folders.get(folder)?.quietSince ?? first;
    const quietSince = hasNews && this.isFilled ? now : known;
    const isPast = end === undefined ? subfolders.length === 0 && !OF_AWS.test(folder) : now - end >= DAY;
    const hasSomething = hasLeftovers || subfolders.length > 0;
    const isFolder = folder === '' || folder.endsWith('/');
    if (hasUnfinished || !isPast || !hasSomething || !isFolder || now - quietSince < MIN_QUIET) {
      return { quietSince, restsUntil: 0 };
    }
    const rest = Math.min(MAX_REST, (now - quietSince) * REST_SHARE) * (1 - SPREAD * shareOf(folder));
    const restsUntil = subfolders.reduce(
      (soonest, subfolder) => Math.min(soonest, rested.get(subfolder)?.restsUntil ?? 0),
      now + Math.floor(rest)
    );
    return { quietSince, restsUntil };
  }
}

/** In there AWS makes folders of new days, and only in there. */
const OF_AWS = /(?:^|\/)AWSLogs\//;

// …/2026/, …/2026/11/, …/2026/11/23/, …/2026/11/23/05/ and the same in the Hive-compatible way.
const TIME = /(?:^|\/)(?:year=)?(\d{4})\/(?:(?:month=)?(\d\d)\/(?:(?:day=)?(\d\d)\/(?:(?:hour=)?\d\d\/)?)?)?$/;

/** When the year, month or day ended (or will) that a folder is of, Unix seconds; undefined when its name says none. */
function endOfTime(folder: string): number | undefined {
  const [, year, month, day] = TIME.exec(folder) ?? [];
  if (year === undefined || (month !== undefined && !(Number(month) >= 1 && Number(month) <= 12))) {
    return undefined;
  }
  const [y, m, d] = [year, month ?? 12, day ?? 1].map(Number);
  // Months count from 0 here, so that `m` is the next one.
  return (day === undefined ? Date.UTC(y, m) : Date.UTC(y, m - 1, d + 1)) / 1000;
}

/** A share from 0 to 1 of a folder, always the same and evenly spread, also of names that differ in their last digit. */
function shareOf(folder: string): number {
  return createHash('sha256').update(folder).digest().readUInt32BE() / 2 ** 32;
}
