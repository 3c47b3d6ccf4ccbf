import { unsupportedCodec } from './codecs';
import { ColumnReader } from './columnReader';
import { DamagedParquet, rethrowAsDamaged, UnsupportedParquet } from './damaged';
import { readExactly, readFooter, type ByteSource, type RowGroup } from './footer';
import { LineWriter } from './lineWriter';
import { BLOCK_ROWS } from './page';
import { PageBudget } from './pageBudget';
import type { Column } from './schema';

export { DamagedParquet, UnsupportedParquet, type ByteSource };

/** Maximum stored size of a row group's wanted columns, which are read into memory. AWS closes objects at 75 MB. */
const MAX_ROW_GROUP_BYTES = 256 * 2 ** 20;

/**
 * Yields a Parquet flow log as AWS would have written it as text: the header line with its hyphens, then a line per row,
 * in chunks that end with a newline. Null and empty values are '-'; so are all values of columns that are not wanted, so that
 * each line has as many fields as the header. Values are read by their physical type, and the text decoder checks them.
 *
 * `wanted`: whether the values of a column, by its name with hyphens, are needed.
 * Throws {@link UnsupportedParquet} before the first line if a wanted column has a type that no field of a flow log has, such as
 * a timestamp. Throws {@link DamagedParquet}, maybe after the last line, unless all rows of the footer were yielded. Errors of
 * the source pass through.
 */
export async function* parquetAsText(
  source: ByteSource,
  wanted: (column: string) => boolean = () => true
): AsyncGenerator<Buffer> {
  const { columns, rowGroups, rows } = await readFooter(source);
  assertSupported(columns, rowGroups, wanted);
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

/** The columns of a Parquet flow log that are supported, by their names with hyphens. Throws {@link DamagedParquet}. */
export async function readableColumns(source: ByteSource): Promise<ReadonlySet<string>> {
  const { columns, rowGroups } = await readFooter(source);
  const isUnpacked = (index: number) =>
    rowGroups.every(({ chunks }) => unsupportedCodec(chunks[index].codec) === undefined);
  const readable = columns.filter(({ leaf }) => leaf && leaf.meaning === undefined && isUnpacked(leaf.index));
  return new Set(readable.map(({ name }) => name));
}

/** Throws {@link UnsupportedParquet} if a wanted column has a type or codec that is not supported. */
function assertSupported(
  columns: readonly Column[],
  groups: readonly RowGroup[],
  wanted: (column: string) => boolean
): void {
  const all = columns.filter(({ name }) => wanted(name));
  const foreign = all.filter(({ leaf }) => !leaf || leaf.meaning !== undefined);
  if (foreign.length > 0) {
    throw UnsupportedParquet.ofTypes(
      foreign.map(({ name, leaf }) => `${name} is ${leaf?.meaning ?? 'a list or structure'}`)
    );
  }
  const leaves = all.flatMap(({ leaf }) => leaf ?? []);
  for (const { rows, chunks } of groups) {
    for (const { index } of rows > 0 ? leaves : []) {
      const unread = unsupportedCodec(chunks[index].codec);
      if (unread !== undefined) {
        throw UnsupportedParquet.packedWith(unread);
      }
    }
  }
}

/** One reader per column; undefined for columns that are not wanted. */
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

/** Reads as many rows as the current page of every column has, and returns their number. */
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
