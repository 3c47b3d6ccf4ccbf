import { parquetHeader } from 'hyparquet/src/column.js';
import type { PageHeader } from 'hyparquet/src/types.js';
import { crc32 } from 'node:zlib';
import { viewOf } from '../bytes';
import { unpack } from './codecs';
import type { Chunk } from './footer';
import { BLOCK_ROWS, DataPage, readDictionary } from './page';
import type { PageBudget } from './pageBudget';
import type { Leaf } from './schema';
import { Texts } from './texts';
import { checkStruct, count } from './thrift';

/** Reads one column of one row group, page by page, and checks that it is complete. */
export class ColumnReader {
  /** The values of the rows read last; an empty one is null. */
  readonly texts = new Texts(BLOCK_ROWS);
  private readonly view: DataView;
  private at = 0;
  private rowsLeft: number;
  private dictionary?: Texts;
  private page?: DataPage;
  private pageRowsLeft = 0;
  private dictionaryCost = 0;
  private pageCost = 0;

  /** `bytes`: the column chunk. `rows`: number of rows of the row group. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly chunk: Chunk,
    private readonly leaf: Leaf,
    rows: number,
    private readonly budget: PageBudget
  ) {
    this.view = viewOf(bytes);
    this.rowsLeft = rows;
  }

  /** Number of rows left in the current page; at least one. Throws if the chunk ends before its rows. */
  available(): number {
    while (this.pageRowsLeft === 0) {
      this.nextPage();
    }
    return this.pageRowsLeft;
  }

  /** Reads the next `rows` rows into {@link texts}, at most those {@link available}. */
  read(rows: number): void {
    this.page!.read(rows, this.texts);
    this.pageRowsLeft -= rows;
    this.rowsLeft -= rows;
  }

  /** All rows were read. Throws if the chunk has more. */
  finish(): void {
    while (this.at < this.bytes.length) {
      this.nextPage();
    }
    this.budget.release(this.pageCost + this.dictionaryCost);
  }

  private nextPage(): void {
    if (this.at >= this.bytes.length) {
      throw new Error(`it ends ${this.rowsLeft} rows too early`);
    }
    checkStruct(this.view, this.at);
    const reader = { view: this.view, offset: this.at };
    const header = parquetHeader(reader);
    const end = reader.offset + count(header.compressed_page_size);
    if (end > this.bytes.length) {
      throw new Error('a page goes beyond its end');
    }
    const body = this.bytes.subarray(reader.offset, end);
    this.at = end;
    if (header.crc !== undefined && (header.crc | 0) !== (crc32(body) | 0)) {
      throw new Error('the checksum of a page is wrong');
    }
    if (header.type === 'DICTIONARY_PAGE') {
      this.openDictionary(header, body);
    } else if (header.type !== 'INDEX_PAGE') {
      this.openPage(header, body);
    }
  }

  private openDictionary(header: PageHeader, body: Uint8Array): void {
    if (this.dictionary || this.page) {
      throw new Error('it has a dictionary where none can be');
    }
    if (this.rowsLeft === 0) {
      // The row group has no rows.
      return;
    }
    const size = count(header.uncompressed_page_size);
    // The dictionary and its texts stay in memory with the pages.
    this.dictionaryCost = 4 * size;
    this.budget.reserve(this.dictionaryCost);
    const values = count(header.dictionary_page_header?.num_values);
    this.dictionary = readDictionary(unpack(this.chunk.codec, body, size), values, this.leaf);
  }

  private openPage(header: PageHeader, body: Uint8Array): void {
    const about = header.type === 'DATA_PAGE' ? header.data_page_header : header.data_page_header_v2;
    const rows = count(about?.num_values);
    if (rows > this.rowsLeft) {
      throw new Error(`a page has ${rows} rows where ${this.rowsLeft} are left`);
    }
    if (rows === 0) {
      return;
    }
    this.budget.release(this.pageCost);
    // Deltas are unpacked for the whole page at once.
    const deltas = String(about!.encoding).startsWith('DELTA_') ? 16 * rows : 0;
    this.pageCost = count(header.uncompressed_page_size) + deltas;
    this.budget.reserve(this.pageCost);
    const { leaf, dictionary } = this;
    this.page = new DataPage(header, body, rows, { codec: this.chunk.codec, leaf, dictionary });
    this.pageRowsLeft = rows;
  }
}
