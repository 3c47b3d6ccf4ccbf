import { ConvertedTypes, FieldRepetitionTypes, ParquetTypes } from 'hyparquet/src/constants.js';
import type { ParquetType } from 'hyparquet/src/types.js';
import { count, struct, text, type Struct } from './thrift';

/** A column of the table: a field of each line. */
export interface Column {
  /** The name in AWS's text flow logs, with hyphens. */
  readonly name: string;
  /** Where its values are; undefined for a list or structure, which no field of a flow log is. */
  readonly leaf?: Leaf;
}

/** Where and how a column's values are stored. */
export interface Leaf {
  /** Index of its column chunk in every row group. */
  readonly index: number;
  readonly path: string;
  readonly type: ParquetType;
  /** Bytes of each value of type FIXED_LEN_BYTE_ARRAY. */
  readonly typeLength: number;
  /** Definition level of a value that is present. */
  readonly maxLevel: number;
  readonly isUnsigned: boolean;
  /** The logical type, unless it is text or a whole number. */
  readonly meaning?: string;
}

/** Reads the elements of a schema. Returns the columns of the table, and the path of each leaf. */
export function parseSchema(elements: readonly Struct[]): { columns: Column[]; leaves: string[] } {
  const leaves: string[] = [];
  let next = 1;

  /** Reads the next element and those below it; returns undefined if that is not a single optional or required value. */
  function take(path: string[], maxLevel: number): Leaf | undefined {
    const element = struct(elements[next++]);
    const repetition = FieldRepetitionTypes[count(element.field_3)];
    const level = repetition === 'REQUIRED' ? maxLevel : maxLevel + 1;
    const here = [...path, text(element.field_4)];
    const children = count(element.field_5 ?? 0);
    let only: Leaf | undefined;
    for (let i = 0; i < children; i++) {
      only = take(here, level);
    }
    if (children === 0) {
      only = parseLeaf(element, here.join('.'), level, leaves.length);
      leaves.push(only.path);
    }
    return children > 1 || repetition === 'REPEATED' ? undefined : only;
  }

  const columns: Column[] = [];
  for (let left = count(struct(elements[0]).field_5 ?? 0); left > 0; left--) {
    const name = text(struct(elements[next]).field_4);
    columns.push({ name: name.replaceAll('_', '-'), leaf: take([], 0) });
  }
  if (next !== elements.length) {
    throw new Error(`its schema has ${elements.length} elements, of which ${next} have a place`);
  }
  return { columns, leaves };
}

function parseLeaf(element: Struct, path: string, maxLevel: number, index: number): Leaf {
  const type = ParquetTypes[count(element.field_1)];
  if (!type) {
    throw new Error(`column ${path} has the unknown type ${String(element.field_1)}`);
  }
  const typeLength = type === 'INT96' ? 12 : count(element.field_2 ?? 0);
  const { isUnsigned, meaning = type === 'INT96' ? 'INT96' : undefined } = parseMeaning(element);
  return { index, path, type, typeLength, maxLevel, isUnsigned, meaning };
}

/** Logical types other than text and whole numbers, by field number. */
const LOGICAL_TYPES: Readonly<Record<string, string>> = {
  field_5: 'DECIMAL',
  field_6: 'DATE',
  field_7: 'TIME',
  field_8: 'TIMESTAMP',
  field_14: 'UUID',
  field_15: 'FLOAT16',
  field_16: 'VARIANT',
  field_17: 'GEOMETRY',
  field_18: 'GEOGRAPHY',
};

/** Finds the logical type. Values of a type that no flow log has must never be taken for seconds. */
function parseMeaning(element: Struct): { isUnsigned: boolean; meaning?: string } {
  const converted = element.field_6 === undefined ? '' : ConvertedTypes[count(element.field_6)];
  const logical = element.field_10 === undefined ? {} : struct(element.field_10);
  const named = Object.keys(LOGICAL_TYPES).find((field) => field in logical);
  const isPlain = /^(|UTF8|ENUM|JSON|U?INT_\d+)$/.test(converted);
  const integer = logical.field_10 as Struct | undefined;
  return {
    isUnsigned: converted.startsWith('UINT_') || integer?.field_2 === false,
    meaning: named ? LOGICAL_TYPES[named] : isPlain ? undefined : converted,
  };
}
