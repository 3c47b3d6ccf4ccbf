import { MISSING } from '../../../contract/stored';
import type { Group, Tables } from '../flowRecord';
import type { LineFields } from './lineFields';
import { GROUP_FIELDS, isIdentifier } from '../rules';
import { viewOf } from '../bytes';

const SEPARATOR = 0x1f;
const MAX_GROUP_BYTES = 1024;

/** Place in {@link GROUP_FIELDS}. */
const INTERFACE = 4;

/** Reads the identifiers and the action of a record as the number of its {@link Group}. */
export class GroupReader {
  /** The column of each of {@link GROUP_FIELDS}, and of `resource-id`; -1 if the header lacks it. */
  private readonly columns: readonly number[];
  private readonly resource: number;
  private readonly text = Buffer.alloc(MAX_GROUP_BYTES);
  private readonly view = viewOf(this.text);

  /** `columns`: the header. */
  constructor(columns: readonly string[]) {
    this.columns = GROUP_FIELDS.map((name) => columns.indexOf(name));
    this.resource = columns.indexOf('resource-id');
  }

  /** The number of a line's group in the tables; -1 if one of its identifiers is malformed. */
  read(fields: LineFields, tables: Tables): number {
    const { columns, resource, text, view } = this;
    const { buffer, starts, ends } = fields;
    let length = 0;
    for (let i = 0; i < columns.length; i++) {
      let column = columns[i];
      if (i === INTERFACE && fields.isMissing(column)) {
        column = resource >= 0 ? resource : column;
      }
      if (column >= 0) {
        if (length + ends[column] - starts[column] >= MAX_GROUP_BYTES - columns.length) {
          return -1;
        }
        for (let at = starts[column]; at < ends[column]; at++) {
          text[length++] = buffer[at];
        }
      }
      text[length++] = SEPARATOR;
    }
    const id = tables.groupTokens.intern(view, 0, length);
    if (id === tables.groups.length) {
      tables.groups.push(this.groupOf(tables.groupTokens.text(id)));
    }
    return tables.groups[id] ? id : -1;
  }

  private groupOf(text: string): Group | undefined {
    const values = text
      .slice(0, -1)
      .split('\x1f')
      .map((value) => value || MISSING);
    // More values than fields: an identifier contains the separator.
    if (values.length !== GROUP_FIELDS.length || !values.every(isIdentifier)) {
      return undefined;
    }
    const [account, vpc, subnet, instance, interfaceId, action] = values;
    return { account, vpc, subnet, instance, interface: interfaceId, action };
  }
}
