import type { z } from 'zod';

import type { quarantineChoice, quarantinePage } from '../../../contract/collection';
import { IMPORT_SOURCE } from '../../../contract/names';

export type QuarantinedObject = z.infer<typeof quarantinePage>['items'][number];

/** Maximum number of keys in one request. */
const MAX_KEYS = 500;

/** Unique id of a quarantined object. */
export function idOf({ sourceId, key }: QuarantinedObject): string {
  return `${sourceId} ${key}`;
}

/** Request bodies for objects of several sources. */
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

/** Why an object cannot be retried. */
export function unlistedReason({ source }: QuarantinedObject): string {
  return source === IMPORT_SOURCE
    ? 'An imported file: to retry it, run flowscope import again.'
    : 'Its source was removed, so it is not scanned any more. To retry it, add the source again.';
}

/** What the source's column says. */
export function sourceName({ source, isListed }: QuarantinedObject): string {
  return source === IMPORT_SOURCE ? 'Imported file' : isListed ? source : `${source} (removed)`;
}
