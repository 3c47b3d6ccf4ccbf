import type { Flowscope } from '../lib/flowscope';
import { ServiceError } from '../lib/processes';

/** A source as `flowscope source list --json` prints it: its objects by state and reason. */
interface ListedSource {
  readonly objects: ReadonlyArray<{
    readonly state: string;
    readonly objects: number;
    readonly reason?: string;
    readonly message?: string;
    readonly example: string;
  }>;
}

/**
 * Explains in the words of the sidecar why objects are left in the bucket after collecting. `keys`: all keys in the bucket.
 * Throws a ServiceError if the sidecar does not know each of them.
 */
export async function explainLeftovers(flowscope: Flowscope, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) {
    return ['Nothing: it is empty.'];
  }
  const sources = await flowscope.json<ListedSource[]>(['source', 'list', '--json']);
  const left = sources
    .flatMap(({ objects }) => objects)
    .filter(({ state }) => state !== 'deleted' && state !== 'stored');
  const known = left.reduce((sum, { objects }) => sum + objects, 0);
  if (known !== keys.length) {
    throw new ServiceError(`${keys.length} objects are left in the bucket, but flowscope source list shows ${known}`);
  }
  return left.flatMap(({ objects, reason, message, example }) => [
    `${objects} objects, ${reason}: ${message}`,
    `for example ${example}`,
  ]);
}
