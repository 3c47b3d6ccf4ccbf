/** Accounts for what is left in the demo's bucket after collecting. */
import { flowscopeJson } from './flowscope.mjs';
import { ServiceError } from './processes.mjs';

/**
 * Says which objects are left and, in the sidecar's own words, why.
 * @param {string[]} keys all keys in the bucket
 * @returns {Promise<string[]>} lines for people
 * @throws ServiceError when the sidecar does not account for each of them
 */
export async function whatIsLeft(env, keys) {
  if (keys.length === 0) {
    return ['Nothing: it is empty.'];
  }
  const sources = await flowscopeJson(env, ['source', 'list', '--json']);
  const left = sources
    .flatMap(({ objects }) => objects)
    .filter(({ state }) => state !== 'deleted' && state !== 'stored');
  const accounted = left.reduce((sum, { objects }) => sum + objects, 0);
  if (accounted !== keys.length) {
    throw new ServiceError(
      `${keys.length} objects are left in the bucket, but flowscope source list accounts for ${accounted}`
    );
  }
  return left.flatMap(({ objects, reason, message, example }) => [
    `${objects} objects, ${reason}: ${message}`,
    `for example ${example}`,
  ]);
}
