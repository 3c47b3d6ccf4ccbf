import type { z } from 'zod';

import type { quarantineChoice, quarantinePage } from '../../../contract/collection';

export type QuarantinedObject = z.infer<typeof quarantinePage>['items'][number];

/** How many keys one request takes. */
const MAX_KEYS = 500;

/** What tells a quarantined object from the others. */
export function idOf({ sourceId, key }: QuarantinedObject): string {
  return `${sourceId} ${key}`;
}

/** The requests that objects of several sources take. */
export function retryRequests(items: readonly QuarantinedObject[]): Array<z.infer<typeof quarantineChoice>> {
  const keys = new Map<string, string[]>();
  for (const { source, key } of items) {
    keys.set(source, [...(keys.get(source) ?? []), key]);
  }
  return [...keys].flatMap(([source, all]) =>
    Array.from({ length: Math.ceil(all.length / MAX_KEYS) }, (_, page) => ({
      source,
      keys: all.slice(page * MAX_KEYS, (page + 1) * MAX_KEYS),
    }))
  );
}

/** Why an object cannot be retried: nothing lists it. */
export function unlistedReason({ source }: QuarantinedObject): string {
  return source === 'import'
    ? 'An imported file: to try it again, run flowscope import once more.'
    : 'Its source was removed, so nothing looks for it any more: to try it again, add the source again.';
}

/** What the source's column says. */
export function sourceName({ source, isListed }: QuarantinedObject): string {
  return source === 'import' ? 'Imported file' : isListed ? source : `${source} (removed)`;
}
