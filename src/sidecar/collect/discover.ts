import type { Bucket, ListPage, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';

/** What listing needs of a bucket. */
export type Listable = Pick<Bucket, 'list'>;

// …/{region}/{YYYY}/{MM}/{DD}/ or …/year={YYYY}/month={MM}/day={DD}/: what lies below is a few hundred objects as a rule.
const DAY = /\/(?:year=)?\d{4}\/(?:month=)?\d{2}\/(?:day=)?\d{2}\/$/;
// Below a region there is one account's share of the bucket: …/AWSLogs/{account}/vpcflowlogs/{region}/
const REGION = /\/(?:aws-)?(?:service=)?vpcflowlogs\/(?:aws-region=)?[a-z0-9-]+\/$/;

/** Decides which folders are listed, and learns which were. */
export interface FolderWatch {
  /** Whether a folder is left out of this scan, with all below it. */
  rests(folder: string): boolean;
  /** All pages of a folder's own listing were handed out. `subfolders`: those that are listed apart; of a day's folder none. */
  listed(folder: string, subfolders: readonly string[]): void;
}

/** The folder whose listing shows an object below that prefix: that of its day, else its own. */
export function listedFolderOf(key: string, prefix: string): string {
  let folder = prefix;
  for (let at = key.indexOf('/', prefix.length); !DAY.test(folder) && at >= 0; at = key.indexOf('/', at + 1)) {
    folder = key.slice(0, at + 1);
  }
  return folder;
}

/**
 * The objects below a prefix, newest first, page by page. What fits one page costs one request. A backlog is walked
 * folder by folder, newest day first and the accounts and regions in turn, so that neither a large backlog nor another
 * account's keeps fresh objects waiting; memory holds one page per account and region, and a key of each page. `watch` may
 * leave folders of a backlog out. Throws `AwsError` when S3's pages never end.
 */
export async function* discover(
  bucket: Listable,
  prefix: string,
  signal?: AbortSignal,
  watch?: FolderWatch
): AsyncGenerator<ObjectRef[]> {
  const first = await bucket.list(prefix, {}, signal);
  if (!first.next) {
    yield newestFirst(first.objects);
    return;
  }
  const regions: Array<AsyncGenerator<ObjectRef[]>> = [];
  yield* walk(bucket, prefix, regions, signal, watch);
  while (regions.length > 0) {
    const region = regions.shift()!;
    const { done, value } = await region.next();
    if (!done) {
      yield value;
      regions.push(region);
    }
  }
}

/** Walks folders; those of an account and region are put aside into `regions`, where there is such a list. */
async function* walk(
  bucket: Listable,
  folder: string,
  regions: Array<AsyncGenerator<ObjectRef[]>> | undefined,
  signal: AbortSignal | undefined,
  watch: FolderWatch | undefined
): AsyncGenerator<ObjectRef[]> {
  if (watch?.rests(folder)) {
    return;
  }
  if (DAY.test(folder)) {
    yield* pages(bucket, folder, undefined, signal, ({ objects }) => newestFirst(objects));
    watch?.listed(folder, []);
    return;
  }
  const folders: string[] = [];
  yield* pages(bucket, folder, '/', signal, (page) => {
    page.folders.forEach((child) => folders.push(child));
    return newestFirst(page.objects);
  });
  watch?.listed(folder, folders);
  for (const child of folders.sort().reverse()) {
    if (regions && REGION.test(child)) {
      regions.push(walk(bucket, child, undefined, signal, watch));
    } else {
      yield* walk(bucket, child, regions, signal, watch);
    }
  }
}

async function* pages(
  bucket: Listable,
  prefix: string,
  delimiter: string | undefined,
  signal: AbortSignal | undefined,
  objectsOf: (page: ListPage) => ObjectRef[]
): AsyncGenerator<ObjectRef[]> {
  let token: string | undefined;
  const begun = new Set<string>();
  do {
    const page = await bucket.list(prefix, { delimiter, token }, signal);
    const first = page.objects[0]?.key ?? page.folders[0];
    if (first !== undefined && begun.has(first)) {
      throw new AwsError('EndlessListing', endless(prefix, first));
    }
    begun.add(first);
    const objects = objectsOf(page);
    if (objects.length > 0) {
      yield objects;
    }
    token = page.next;
  } while (token);
}

function endless(prefix: string, first: string): string {
  return `The listing of ${prefix === '' ? 'the whole bucket' : prefix} does not come to its end: S3 gave the page that begins with ${first} twice. Look at the store and at what stands before it, such as a proxy or a cache.`;
}

function newestFirst(objects: readonly ObjectRef[]): ObjectRef[] {
  return [...objects].sort((a, b) => b.modified - a.modified || (a.key < b.key ? -1 : 1));
}
