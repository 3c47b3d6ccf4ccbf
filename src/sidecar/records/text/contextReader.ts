import { MISSING } from '../../../contract/stored';
import { CONTEXT_FIELDS, CONTEXT_NAMES, contextValue, type Context, type ContextName } from '../context';
import type { Tables } from '../flowRecord';
import { isIdentifier } from '../rules';
import type { LineFields } from './lineFields';

const SEPARATOR = '\x1f';

/** Reads the {@link Context} of a record as its number in the tables. */
export class ContextReader {
  /** The columns of those that the header has, and the values of all where they are missing. */
  private readonly columns: ReadonlyArray<{ readonly name: ContextName; readonly i: number; readonly column: number }>;
  private readonly missing: readonly string[];
  private readonly action: number;

  /** `columns`: the header. */
  constructor(columns: readonly string[]) {
    this.columns = CONTEXT_NAMES.map((name, i) => ({ name, i, column: columns.indexOf(CONTEXT_FIELDS[name]) })).filter(
      ({ column }) => column >= 0
    );
    const nothing = { isIdentifier: true, isTcp: false, action: MISSING };
    this.missing = CONTEXT_NAMES.map((name) => contextValue(name, MISSING, nothing));
    this.action = columns.indexOf('action');
  }

  /** The number of a line's context. `isTcp`: whether its protocol is TCP. */
  read(fields: LineFields, isTcp: boolean, tables: Tables): number {
    const action = this.action < 0 ? MISSING : fields.text(this.action);
    const values = [...this.missing];
    for (const { name, i, column } of this.columns) {
      const text = fields.text(column);
      values[i] = contextValue(name, text, { isIdentifier: isIdentifier(text), isTcp, action });
    }
    const id = tables.contextTokens.internText(values.join(SEPARATOR));
    if (id === tables.contexts.length) {
      tables.contexts.push(Object.fromEntries(CONTEXT_NAMES.map((name, i) => [name, values[i]])) as Context);
    }
    return id;
  }
}
