import { viewOf } from '../bytes';
import { DamagedParquet, rethrowAsDamaged } from './damaged';
import { parseSchema, type Column } from './schema';
import { count, readStruct, struct, structs, text, type Struct } from './thrift';

/** Gives random access to an object's bytes. */
export interface ByteSource {
  readonly size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Rows that are stored together. */
export interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

/** A column chunk: the pages of one leaf in one row group, bytes `[start, end)` of the object. Without rows it may be empty. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly codec: number;
}

/** The metadata of a Parquet object. */
export interface Footer {
  readonly columns: readonly Column[];
  readonly rowGroups: readonly RowGroup[];
  /** Number of rows in all row groups. */
  readonly rows: number;
}

const MAGIC = Buffer.from('PAR1');
/** The length of the footer, and the magic number. */
const TAIL_BYTES = 8;
/** A row group with all fields takes 10 kB of the footer. */
const MAX_FOOTER_BYTES = 16 * 2 ** 20;

/** Reads and checks the footer. Throws {@link DamagedParquet}. */
export async function readFooter(source: ByteSource): Promise<Footer> {
  const smallest = MAGIC.length + TAIL_BYTES;
  if (source.size < smallest) {
    throw new DamagedParquet(`An object of ${source.size} bytes is too short for Parquet.`);
  }
  const head = await readExactly(source, 0, MAGIC.length);
  const tail = await readExactly(source, source.size - TAIL_BYTES, source.size);
  if (!MAGIC.equals(head)) {
    throw new DamagedParquet('The object does not begin with PAR1, as Parquet does.');
  }
  if (!MAGIC.equals(tail.subarray(4))) {
    throw new DamagedParquet('The object does not end with PAR1: it is cut off, damaged or encrypted.');
  }
  const length = viewOf(tail).getUint32(0, true);
  if (length > Math.min(source.size - smallest, MAX_FOOTER_BYTES)) {
    throw new DamagedParquet(`The Parquet footer says it has ${length} bytes, which is more than can be.`);
  }
  const start = source.size - TAIL_BYTES - length;
  const bytes = await readExactly(source, start, start + length);
  return rethrowAsDamaged('The Parquet footer is damaged', () => parseFooter(bytes, start));
}

/** Reads bytes `[start, end)`. Throws {@link DamagedParquet} if there are fewer. */
export async function readExactly(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = await source.read(start, end);
  if (bytes.length !== end - start) {
    throw new DamagedParquet(`The object ends before byte ${end}, which it says it has.`);
  }
  return bytes;
}

/** `end`: the end of all pages. Numbers of fields: apache/parquet-format, parquet.thrift. */
function parseFooter(bytes: Uint8Array, end: number): Footer {
  const footer = readStruct(viewOf(bytes), 0);
  const { columns, leaves } = parseSchema(structs(footer.field_2));
  const rowGroups = structs(footer.field_4).map((group) => parseRowGroup(group, leaves, end));
  const rows = rowGroups.reduce((sum, group) => sum + group.rows, 0);
  if (rows !== count(footer.field_3)) {
    throw new Error(`it says ${String(footer.field_3)} rows, and its row groups have ${rows}`);
  }
  return { columns, rowGroups, rows };
}

function parseRowGroup(group: Struct, leaves: readonly string[], end: number): RowGroup {
  const chunks = structs(group.field_1);
  if (chunks.length !== leaves.length) {
    throw new Error(`a row group has ${chunks.length} columns, and the schema ${leaves.length}`);
  }
  const rows = count(group.field_3);
  return { rows, chunks: chunks.map((chunk, i) => parseChunk(chunk, leaves[i], rows, end)) };
}

function parseChunk(chunk: Struct, path: string, rows: number, end: number): Chunk {
  if (chunk.field_1 !== undefined || chunk.field_8 !== undefined) {
    throw new Error(`column ${path} is encrypted or in another file`);
  }
  const about = struct(chunk.field_3);
  if (!Array.isArray(about.field_3) || about.field_3.map(text).join('.') !== path) {
    throw new Error(`another column stands where ${path} must be`);
  }
  const dictionary = count(about.field_11 ?? 0);
  const data = count(about.field_9);
  // Without rows there may be no such page: Arrow writes 0 then.
  const pages = rows > 0 ? [data, dictionary || data] : [data, dictionary].filter((offset) => offset > 0);
  const from = pages.length > 0 ? pages.reduce((first, page) => Math.min(first, page)) : MAGIC.length;
  const to = from + count(about.field_7);
  if (from < MAGIC.length || to > end) {
    throw new Error(`column ${path} is said to be at bytes ${from} to ${to}, of which ${end} are data`);
  }
  return { start: from, end: to, codec: count(about.field_4) };
}
