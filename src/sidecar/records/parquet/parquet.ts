import { unreadCodec } from './codecs';
import { ColumnReader } from './columnReader';
import { DamagedParquet, rethrowAsDamaged, UnreadParquet } from './damaged';
import { readExactly, readFooter, type ByteSource, type RowGroup } from './footer';
import { LineWriter } from './lineWriter';
import { BLOCK_ROWS } from './page';
import { PageBudget } from './pageBudget';
import type { Column } from './schema';

export { DamagedParquet, UnreadParquet, type ByteSource };

/** The wanted columns of a row group are in memory as they are stored; AWS closes an object at 75 MB. */
const MAX_ROW_GROUP_BYTES = 256 * 2 ** 20;

/**
 * Yields a Parquet flow log as AWS would have written it as text: the header line with its hyphens, then a line per row,
 * in chunks that end with a newline. What is missing or empty is '-'; so is every value of a column that is not wanted,
 * so that each line has as many fields as the header. Values are read by their physical type, for the rules of the text to
 * judge; a wanted column whose type no field of a flow log has, such as a timestamp, makes the object {@link UnreadParquet}:
 * else each of its records would be counted as wrong, and the object be taken for collected.
 *
 * `wanted`: selects the columns whose values are needed, by their names with hyphens.
 * Throws {@link UnreadParquet} before the first line, and {@link DamagedParquet}, maybe after the last, unless every row that
 * the footer promises has been yielded; errors of the source pass through.
 */
export async function* parquetAsText(
  source: ByteSource,
  wanted: (column: string) => boolean = () => true
): AsyncGenerator<Buffer> {
  const { columns, rowGroups, rows } = await readFooter(source);
  mustBeRead(columns, rowGroups, wanted);
  const writer = new LineWriter();
  writer.header(
    columns.map(({ name }) => name),
    rows
  );
  const budget = new PageBudget();
  for (const group of rowGroups) {
    const readers = await openReaders(source, group, columns, wanted, budget);
    const texts = readers.map((reader) => reader?.texts);
    for (let left = group.rows; left > 0;) {
      const block = readBlock(readers, columns, left);
      for (let row = 0; row < block;) {
        row = writer.rows(texts, row, block);
        if (writer.isFull) {
          yield writer.take();
        }
      }
      left -= block;
    }
    readers.forEach((reader, i) => reader && rethrowAsDamaged(inColumn(columns[i]), () => reader.finish()));
  }
  const rest = writer.take();
  if (rest.length > 0) {
    yield rest;
  }
}

/** Which columns of a Parquet flow log can be read, by their names with hyphens. Throws {@link DamagedParquet}. */
export async function readableColumns(source: ByteSource): Promise<ReadonlySet<string>> {
  const { columns, rowGroups } = await readFooter(source);
  const isUnpacked = (index: number) => rowGroups.every(({ chunks }) => unreadCodec(chunks[index].codec) === undefined);
  const readable = columns.filter(({ leaf }) => leaf && leaf.meaning === undefined && isUnpacked(leaf.index));
  return new Set(readable.map(({ name }) => name));
}

/** Throws {@link UnreadParquet} when a wanted column has a type, or is packed in a way, that is not read. */
function mustBeRead(
  columns: readonly Column[],
  groups: readonly RowGroup[],
  wanted: (column: string) => boolean
): void {
  const all = columns.filter(({ name }) => wanted(name));
  const foreign = all.filter(({ leaf }) => !leaf || leaf.meaning !== undefined);
  if (foreign.length > 0) {
    throw UnreadParquet.ofTypes(
      foreign.map(({ name, leaf }) => `${name} is ${leaf?.meaning ?? 'a list or structure'}`)
    );
  }
  const leaves = all.flatMap(({ leaf }) => leaf ?? []);
  for (const { rows, chunks } of groups) {
    for (const { index } of rows > 0 ? leaves : []) {
      const unread = unreadCodec(chunks[index].codec);
      if (unread !== undefined) {
        throw UnreadParquet.packedWith(unread);
      }
    }
  }
}

/** One reader per column; undefined where there is nothing to read. */
async function openReaders(
  source: ByteSource,
  { rows, chunks }: RowGroup,
  columns: readonly Column[],
  wanted: (column: string) => boolean,
  budget: PageBudget
): Promise<Array<ColumnReader | undefined>> {
  const leaves = columns.map(({ name, leaf }) => (wanted(name) ? leaf : undefined));
  const size = leaves.reduce((sum, leaf) => sum + (leaf ? chunks[leaf.index].end - chunks[leaf.index].start : 0), 0);
  if (size > MAX_ROW_GROUP_BYTES) {
    throw new DamagedParquet(`A row group has ${size} bytes, and AWS closes an object at 75 MB.`);
  }
  const readers: Array<ColumnReader | undefined> = [];
  for (const leaf of leaves) {
    const chunk = leaf && chunks[leaf.index];
    const bytes = chunk && (await readExactly(source, chunk.start, chunk.end));
    readers.push(bytes && new ColumnReader(bytes, chunk, leaf, rows, budget));
  }
  return readers;
}

/** Reads as many rows as every column has in its page, and returns how many. */
function readBlock(readers: ReadonlyArray<ColumnReader | undefined>, columns: readonly Column[], left: number): number {
  let rows = Math.min(BLOCK_ROWS, left);
  const each = (use: (reader: ColumnReader) => void) =>
    readers.forEach((reader, i) => reader && rethrowAsDamaged(inColumn(columns[i]), () => use(reader)));
  each((reader) => (rows = Math.min(rows, reader.available())));
  each((reader) => reader.read(rows));
  return rows;
}

function inColumn({ name }: Column): string {
  return `Column ${name} of the Parquet object is damaged`;
}
