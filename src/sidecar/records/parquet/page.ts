import type { DataPageHeaderV2, Encoding, PageHeader } from 'hyparquet/src/types.js';
import { viewOf } from '../bytes';
import { unpack } from './codecs';
import { deltaTexts, deltaValues } from './deltas';
import { bitWidth, RunReader } from './runs';
import type { Leaf } from './schema';
import { Texts } from './texts';
import { count } from './thrift';
import { plainValues, runValues, splitValues, type Values } from './values';

/** Maximum number of rows that are read at once. */
export const BLOCK_ROWS = 2048;

/** What is needed to read the pages of a column. */
export interface PageContext {
  readonly codec: number;
  readonly leaf: Leaf;
  /** The values that dictionary encodings refer to by index. */
  readonly dictionary?: Texts;
}

/** Scratch memory for one block, shared by all pages: reading a block is synchronous. */
const levelsOfBlock = new Int32Array(BLOCK_ROWS);
const indexesOfBlock = new Int32Array(BLOCK_ROWS);

/** Reads the texts of a dictionary page. */
export function readDictionary(bytes: Uint8Array, values: number, leaf: Leaf): Texts {
  if (values > bytes.length) {
    throw new Error(`its dictionary of ${bytes.length} bytes says it has ${values} values`);
  }
  const texts = new Texts(values);
  plainValues(bytes, leaf).read(values, texts);
  return texts;
}

/** Reads the rows of a page in blocks. */
export class DataPage {
  private readonly maxLevel: number;
  private readonly levels?: RunReader;
  private readonly values: Values;

  /** `body`: as stored, packed or not. `rows`: as the header says. */
  constructor(header: PageHeader, body: Uint8Array, rows: number, context: PageContext) {
    this.maxLevel = context.leaf.maxLevel;
    const { levels, values, encoding } = splitPage(header, body, context);
    if (this.maxLevel > 0) {
      this.levels = new RunReader(levels, 0, levels.length, bitWidth(this.maxLevel));
    }
    this.values = openValues(encoding, values, rows, context);
  }

  /** Reads the next `rows` rows, at most {@link BLOCK_ROWS}, into `texts`. Throws if there are fewer. */
  read(rows: number, texts: Texts): void {
    texts.clear();
    if (!this.levels) {
      this.values.read(rows, texts);
      return;
    }
    this.levels.read(levelsOfBlock, rows);
    let present = 0;
    for (let i = 0; i < rows; i++) {
      if (levelsOfBlock[i] === this.maxLevel) {
        present++;
      }
    }
    this.values.read(present, texts);
    if (present < rows) {
      texts.spread(present, rows, (i) => levelsOfBlock[i] === this.maxLevel);
    }
  }
}

interface Parts {
  readonly levels: Uint8Array;
  readonly values: Uint8Array;
  readonly encoding: Encoding;
}

function splitPage(header: PageHeader, body: Uint8Array, context: PageContext): Parts {
  const size = header.uncompressed_page_size;
  if (header.type === 'DATA_PAGE_V2') {
    return splitPageV2(header.data_page_header_v2!, body, size, context);
  }
  const { encoding, definition_level_encoding: levelEncoding } = header.data_page_header!;
  const bytes = unpack(context.codec, body, size);
  if (context.leaf.maxLevel === 0) {
    return { levels: bytes.subarray(0, 0), values: bytes, encoding };
  }
  if (levelEncoding !== 'RLE') {
    throw new Error(`its levels have the encoding ${levelEncoding}, which is not read`);
  }
  const end = 4 + viewOf(bytes).getUint32(0, true);
  if (end > bytes.length) {
    throw new Error('its levels go beyond its end');
  }
  return { levels: bytes.subarray(4, end), values: bytes.subarray(end), encoding };
}

/** In data pages of version 2, levels are never packed, and their length is in the header. */
function splitPageV2(header: DataPageHeaderV2, body: Uint8Array, size: number, { codec }: PageContext): Parts {
  const from = count(header.repetition_levels_byte_length);
  const to = from + count(header.definition_levels_byte_length);
  if (to > body.length || to > size) {
    throw new Error('its levels go beyond its end');
  }
  const packed = body.subarray(to);
  const values = header.is_compressed === false ? packed : unpack(codec, packed, size - to);
  return { levels: body.subarray(from, to), values, encoding: header.encoding };
}

function openValues(encoding: Encoding, bytes: Uint8Array, rows: number, { leaf, dictionary }: PageContext): Values {
  const isText = leaf.type === 'BYTE_ARRAY';
  const isWhole = leaf.type === 'INT32' || leaf.type === 'INT64';
  const isNumber = isWhole || leaf.type === 'FLOAT' || leaf.type === 'DOUBLE';
  if (encoding === 'PLAIN') {
    return plainValues(bytes, leaf);
  } else if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    return dictionaryValues(bytes, dictionary);
  } else if (encoding === 'RLE' && leaf.type === 'BOOLEAN') {
    return runValues(bytes);
  } else if (encoding === 'DELTA_BINARY_PACKED' && isWhole) {
    return deltaValues(bytes, leaf, rows);
  } else if (encoding === 'DELTA_LENGTH_BYTE_ARRAY' && isText) {
    return deltaTexts(bytes, rows, false);
  } else if (encoding === 'DELTA_BYTE_ARRAY' && isText) {
    return deltaTexts(bytes, rows, true);
  } else if (encoding === 'BYTE_STREAM_SPLIT' && isNumber) {
    return splitValues(bytes, leaf);
  }
  throw new Error(`its values of type ${leaf.type} have the encoding ${encoding}, which is not read`);
}

function dictionaryValues(bytes: Uint8Array, dictionary: Texts | undefined): Values {
  if (!dictionary) {
    throw new Error('its dictionary is missing');
  }
  // A page without any value may lack even the width.
  const indexes = new RunReader(bytes, 1, bytes.length, bytes.length > 0 ? bytes[0] : 0);
  return {
    read(values, texts) {
      indexes.read(indexesOfBlock, values);
      texts.borrow(dictionary, indexesOfBlock, values);
    },
  };
}
