import type { DatabaseSync } from 'node:sqlite';
import type { EntityKind } from '../../contract/stored';
import { all } from './database';
import { patternOf, SEARCHED_TEXT, type Entity } from './entities';

/** An entity that was found by its name. */
export type EntityByName = Omit<Entity, 'region'>;

type Row = Omit<EntityByName, 'description'> & { readonly description: string | null };

/**
 * What is found by its name, in the order in which equal matches are listed. Addresses are found by who has them, and
 * applications are no place.
 */
const KINDS: readonly EntityKind[] = ['interface', 'instance', 'network', 'subnet', 'vpc', 'account'];
/** Rows that are looked at: whoever types three letters gets to see a few of the best of them. */
const MAX_CANDIDATES = 500;

const COLUMNS = 'kind, id, description, vpc, subnet, instance, account';
/** Behind every text that begins with another one. */
export const LAST_CHARACTER = '\u{10ffff}';

/**
 * Entities whose id or description has all words of a text in it, in any letter case, the best first: those that are called so,
 * those that begin so, those of which a word begins so, the rest.
 */
export function searchNames(db: DatabaseSync, text: string): EntityByName[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, EntityByName>();
  for (const row of [...beginning(db, text), ...containing(db, words)]) {
    found.set(`${row.kind} ${row.id}`, { ...row, description: row.description ?? undefined });
  }
  return [...found.values()]
    .map((entity) => ({ entity, rank: rankOf(entity, text.toLowerCase(), words) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank || compare(a.entity, b.entity))
    .map(({ entity }) => entity);
}

/** Those whose id or description is the text or begins with it: found however many others have it in them. */
function beginning(db: DatabaseSync, text: string): Row[] {
  const until = text + LAST_CHARACTER;
  const limit = MAX_CANDIDATES / 2;
  return KINDS.flatMap((kind) => [
    ...all<Row>(
      db,
      `SELECT ${COLUMNS} FROM entity WHERE kind = ? AND id >= ? AND id < ? ORDER BY id LIMIT ?`,
      ...[kind, text.toLowerCase(), until.toLowerCase(), limit]
    ),
    ...all<Row>(
      db,
      `SELECT ${COLUMNS} FROM entity WHERE kind = ? AND description >= ? COLLATE NOCASE AND description < ? COLLATE NOCASE
       ORDER BY description COLLATE NOCASE LIMIT ?`,
      ...[kind, text, until, limit]
    ),
  ]);
}

/** Those that have all the words in them: of two letters only those that begin a word are found, of one letter none. */
function containing(db: DatabaseSync, words: readonly string[]): Row[] {
  const patterns = words.flatMap((word) => {
    const { length } = [...word];
    return length > 2 ? [`*${patternOf(word)}*`] : length === 2 ? [`*[-_./:( \n]${patternOf(word)}*`] : [];
  });
  return patterns.length === 0
    ? []
    : all<Row>(
        db,
        `SELECT ${COLUMNS} FROM entity WHERE rowid IN (SELECT rowid FROM entity INDEXED BY entity_search
           WHERE kind IN (SELECT value FROM json_each(?)) AND ${patterns.map(() => `${SEARCHED_TEXT} GLOB ?`).join(' AND ')}
           LIMIT ?)`,
        ...[JSON.stringify(KINDS), ...patterns, MAX_CANDIDATES]
      );
}

const NO_MATCH = 5;

function rankOf({ id, description = '' }: EntityByName, text: string, words: readonly string[]): number {
  const texts = [id.toLowerCase(), description.toLowerCase()];
  const isBegun = (word: string) =>
    texts.some((one) => one.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word)));
  return texts[0] === text
    ? 0
    : texts[1] === text
      ? 1
      : texts.some((one) => one.startsWith(text))
        ? 2
        : words.every(isBegun)
          ? 3
          : words.every((word) => texts.some((one) => one.includes(word)))
            ? 4
            : NO_MATCH;
}

function compare(a: EntityByName, b: EntityByName): number {
  const kindOf = ({ kind }: EntityByName) => KINDS.indexOf(kind);
  const nameOf = ({ description, id }: EntityByName) => description ?? id;
  return (
    kindOf(a) - kindOf(b) ||
    nameOf(a).length - nameOf(b).length ||
    (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a.id < b.id ? -1 : 1)
  );
}
