import type { PageQuery } from '../../contract/common';
import { ApiError } from './apiErrors';

/** An opaque cursor for the position where a page ended. */
function toCursor(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position that a cursor stands for: `length` texts. Throws {@link ApiError} when it is no cursor of that length. */
function fromCursor(cursor: string | undefined, length: number): readonly string[] | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(position) && position.length === length && position.every((part) => typeof part === 'string')) {
      return position as string[];
    }
  } catch {
    // Refused below, as any other text that is no cursor.
  }
  throw new ApiError(400, 'invalid', 'cursor: take it from "next" of the page before.', 'cursor');
}

/** One page of a list that is in memory; no two items share a `key`. Throws {@link ApiError} as {@link readPage} does. */
export function pageOf<T>(items: readonly T[], { limit, cursor }: PageQuery, key: (item: T) => string) {
  const after = fromCursor(cursor, 1)?.[0];
  const at = after === undefined ? -1 : items.findIndex((item) => key(item) === after);
  if (after !== undefined && at < 0) {
    throw entryGone();
  }
  const rest = items.slice(at + 1);
  const page = rest.slice(0, limit);
  return {
    items: page,
    total: items.length,
    ...(rest.length > limit && { next: toCursor([key(page.at(-1)!)]) }),
  };
}

/**
 * One page of a list that is read page by page. `position`: texts, always as many, that tell an item from all others. `read`
 * gets the position of the item where the page before ended, and how many items to read; it returns undefined when that item
 * is gone. Throws {@link ApiError} for that, and for a text that is no cursor.
 */
export async function readPage<T>(
  { limit, cursor }: PageQuery,
  length: number,
  position: (item: T) => readonly string[],
  read: (
    after: readonly string[] | undefined,
    limit: number
  ) => Promise<{ readonly items: readonly T[]; readonly total: number } | undefined>
) {
  // One more than is shown tells whether there is a next page.
  const found = await read(fromCursor(cursor, length), limit + 1);
  if (!found) {
    throw entryGone();
  }
  const items = found.items.slice(0, limit);
  return {
    items,
    total: found.total,
    ...(found.items.length > limit && { next: toCursor(position(items.at(-1)!)) }),
  };
}

function entryGone(): ApiError {
  return new ApiError(400, 'invalid', 'cursor: the entry where the page before ended is gone: begin again.', 'cursor');
}
