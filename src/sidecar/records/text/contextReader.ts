import { MISSING } from '../../../contract/stored';
import { CONTEXT_FIELDS, CONTEXT_NAMES, contextValue, type Context } from '../context';
import type { Tables } from '../flowRecord';
import { isIdentifier } from '../rules';
import type { LineFields } from './lineFields';

const SEPARATOR = '\x1f';

/** Reads the {@link Context} of a record as its number in the tables. */
export class ContextReader {
  private readonly columns: readonly number[];
  private readonly action: number;

  /** `columns`: the header. */
  constructor(columns: readonly string[]) {
    this.columns = CONTEXT_NAMES.map((name) => columns.indexOf(CONTEXT_FIELDS[name]));
    this.action = columns.indexOf('action');
  }

  /** The number of a line's context. `isTcp`: whether its protocol is TCP. */
  read(fields: LineFields, isTcp: boolean, tables: Tables): number {
    const action = this.action < 0 ? MISSING : fields.text(this.action);
    const values = CONTEXT_NAMES.map((name, i) => {
      const text = this.columns[i] < 0 ? MISSING : fields.text(this.columns[i]);
      return contextValue(name, text, { isIdentifier: isIdentifier(text), isTcp, action });
    });
    const id = tables.contextTokens.internText(values.join(SEPARATOR));
    if (id === tables.contexts.length) {
      tables.contexts.push(Object.fromEntries(CONTEXT_NAMES.map((name, i) => [name, values[i]])) as Context);
    }
    return id;
  }
}
