import { createHash } from 'node:crypto';

/** The error with which S3 answers for an object that it lists and does not return. */
export type Refusal = 'NoSuchKey' | 'AccessDenied';

/** One object; without `body` it is listed, and a request for it is answered with the `refusal`. */
export interface StoredObject {
  readonly etag: string;
  /** Bytes, as the listing says. */
  readonly size: number;
  readonly modified: Date;
  readonly body?: Buffer;
  readonly refusal?: Refusal;
}

/** What a page of ListObjectsV2 shows; `next` is the token of the page after it. */
export interface Page {
  readonly objects: ReadonlyArray<readonly [key: string, object: StoredObject]>;
  readonly folders: readonly string[];
  readonly next?: string;
}

/** Which page: `after` is the token of the page before. */
export interface PageRequest {
  readonly prefix: string;
  /** One character. */
  readonly delimiter?: string;
  readonly after?: string;
  readonly maxKeys: number;
}

/** Sorts after every character of a key. */
const BEHIND_ALL = '\uffff';

/** One bucket in memory, listed as S3 lists: in key order, folders rolled up, page by page while keys come and go. */
export class S3Store {
  private readonly objects = new Map<string, StoredObject>();
  /** All keys in order, and perhaps some that were deleted since. */
  private sorted: string[] = [];
  private isSorted = true;

  /** `now`: what time it is, for the objects that are written. */
  constructor(private readonly now: () => Date = () => new Date()) {}

  get(key: string): StoredObject | undefined {
    return this.objects.get(key);
  }

  put(key: string, body: Buffer): StoredObject {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const object = { etag, size: body.length, modified: this.now(), body };
    this.set(key, object);
    return object;
  }

  /** Adds keys to listings that have no object. */
  pretend(keys: Iterable<string>, size: number, refusal: Refusal): void {
    const object = { etag: '"d41d8cd98f00b204e9800998ecf8427e"', size, modified: this.now(), refusal };
    for (const key of keys) {
      this.set(key, object);
    }
  }

  delete(key: string): void {
    this.objects.delete(key);
  }

  list({ prefix, delimiter, after, maxKeys }: PageRequest): Page {
    this.sort();
    const objects: Array<[string, StoredObject]> = [];
    const folders: string[] = [];
    let last: string | undefined;
    let at = this.firstFrom(after === undefined ? prefix : behind(after, prefix, delimiter));
    while (at < this.sorted.length && this.sorted[at].startsWith(prefix)) {
      const key = this.sorted[at];
      const object = this.objects.get(key);
      if (!object) {
        at++;
        continue;
      }
      if (objects.length + folders.length === maxKeys) {
        return { objects, folders, next: last };
      }
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      if (end < 0) {
        objects.push([key, object]);
        last = key;
      } else {
        last = key.slice(0, end + 1);
        folders.push(last);
      }
      at = this.firstFrom(behind(last, prefix, delimiter));
    }
    return { objects, folders };
  }

  private set(key: string, object: StoredObject): void {
    if (!this.objects.has(key)) {
      this.sorted.push(key);
      this.isSorted = false;
    }
    this.objects.set(key, object);
  }

  private sort(): void {
    if (!this.isSorted) {
      this.sorted = [...this.objects.keys()].sort();
      this.isSorted = true;
    }
  }

  /** Index of the first key that is not before `text`. */
  private firstFrom(text: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle] < text) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** Where a listing goes on after an entry: a folder's is behind all that lies in it. */
function behind(entry: string, prefix: string, delimiter: string | undefined): string {
  const isFolder = delimiter !== undefined && entry !== prefix && entry.endsWith(delimiter);
  return entry + (isFolder ? BEHIND_ALL : '\0');
}
