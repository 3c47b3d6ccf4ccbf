/** What Grafana does with a dashboard, as far as its queries are concerned; for tests and benchmarks. */

/** `hide` of a variable that nobody sees; others stand in the bar or its menu. */
const HIDDEN = 2;

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string;
  readonly regex?: string;
  readonly sort?: number;
  readonly multi?: boolean;
  readonly hide?: number;
  /** Of a variable that offers fixed values. */
  readonly current?: { readonly value: string | readonly string[] };
}

export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: Variable[] };
  readonly panels: ReadonlyArray<{
    readonly id: number;
    readonly type: string;
    readonly title?: string;
    /** The shortest interval of its points. */
    readonly interval?: string;
    /** About how many points its query returns. */
    readonly maxDataPoints?: number;
    readonly targets?: ReadonlyArray<{ readonly refId: string; readonly query: string }>;
    /** Of a row that is not open: what is in it. */
    readonly panels?: DashboardJson['panels'];
  }>;
}

/** All panels of a dashboard, those of rows that are not open included. */
export function panelsOf({ panels }: Pick<DashboardJson, 'panels'>): DashboardJson['panels'] {
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

/** A row of an answer: tags and columns by name. */
export type Row = Record<string, string | number | null>;

export interface Answer {
  readonly rows: Row[];
  readonly error?: string;
}

export type Ask = (query: string) => Promise<Answer>;

/** Asks InfluxDB as Grafana's data source does. */
export function askAt(url: string, database: string): Ask {
  interface Json {
    results?: Array<{
      error?: string;
      series?: Array<{
        tags?: Record<string, string>;
        columns: string[];
        values: Array<Array<string | number | null>>;
      }>;
    }>;
    error?: string;
  }
  let shown: Promise<void> | undefined;
  return async (query) => {
    await (shown ??= allShown());
    const body = new URLSearchParams({ q: query, db: database, epoch: 'ms' });
    const answer = (await (await fetch(`${url}/query`, { method: 'POST', body })).json()) as Json;
    const [result] = answer.results ?? [];
    const rows = (result?.series ?? []).flatMap(({ tags, columns, values }) =>
      values.map((row) => ({ ...Object.fromEntries(columns.map((name, i) => [name, row[i]])), ...tags }))
    );
    return { rows, error: answer.error ?? result?.error };
  };
}

/** Waits until what a test has written by then shows in openGemini; InfluxDB shows it at once. */
const allShown = () => new Promise<void>((resolve) => setTimeout(resolve, isSlow ? 4000 : 0));
const isSlow = process.env.FLOWSCOPE_TEST_STORE === 'openGemini';

/** What is chosen in a filter: All, or values. */
export type Choice = 'All' | readonly string[];

/** The text that `${name:regex}` becomes. */
export function asRegex(choice: Choice): string {
  if (choice === 'All') {
    return '.*';
  }
  const escaped = choice.map((text) => text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&'));
  return escaped.length === 1 ? escaped[0] : `(${escaped.join('|')})`;
}

/**
 * Replaces `$name`, `${name}` and `${name:format}`, as a browser in the time zone does; `text` has a value of its own where a
 * variable's text is another. Throws when a query uses what its dashboard does not have.
 */
export function interpolate(query: string, values: Readonly<Record<string, string>>, timeZone = 'UTC'): string {
  return query.replace(
    /\$\{(\w+)(?::(\w+)(?::(\w+))?)?\}|\$([a-z_]\w*)/gi,
    (match: string, braced, format, argument, plain) => {
      const name = String(braced ?? plain);
      if (name === '__searchFilter') {
        // Nobody types.
        return match;
      }
      if (format === 'text' && textOfVariable(name) in values) {
        return values[textOfVariable(name)];
      }
      if (!(name in values)) {
        throw new Error(`No variable ${name} for ${query}`);
      }
      return format === 'date' ? clockAt(Number(values[name]), String(argument), timeZone) : values[name];
    }
  );
}

/** The hour (`H`) or minute (`m`) that a clock shows, as `${name:date:H}` becomes. */
function clockAt(time: number, what: string, timeZone: string): string {
  const part = what === 'H' ? ({ hour: 'numeric', hourCycle: 'h23' } as const) : ({ minute: 'numeric' } as const);
  return String(Number(new Intl.DateTimeFormat('en', { ...part, timeZone }).format(time)));
}

/** Under which name the text of a variable stands among the values. */
const textOfVariable = (name: string) => `${name}:text`;

/**
 * Works out the values of a dashboard's variables: what people choose is given, else what is chosen at first; the hidden ones are
 * asked for. Throws
 * when one of their queries fails.
 */
export async function valuesOf(
  { templating }: DashboardJson,
  ask: Ask,
  given: Readonly<Record<string, string>>,
  choiceOf: (name: string) => Choice,
  timeZone = 'UTC'
): Promise<Record<string, string>> {
  const queried = templating.list.filter(({ type }) => type === 'query');
  /** In the bar, or in the menu of the controls. */
  const isShown = ({ hide }: Variable) => hide !== HIDDEN;
  const fixed = templating.list.filter(({ type }) => type === 'custom');
  const typed = templating.list.filter(({ type, name }) => type === 'textbox' && choiceOf(name) !== 'All');
  const asFirst = templating.list.filter(({ type }) => type === 'textbox');
  const values: Record<string, string> = {
    ...Object.fromEntries(
      fixed.map(({ name, current, multi }) => [name, multi ? asRegex(choiceOf(name)) : String(current?.value)])
    ),
    ...Object.fromEntries(asFirst.map(({ name, current }) => [name, String(current?.value)])),
    ...Object.fromEntries(typed.map(({ name }) => [name, asRegex(choiceOf(name))])),
    ...given,
    ...Object.fromEntries(queried.filter(isShown).map(({ name }) => [name, asRegex(choiceOf(name))])),
  };
  // Grafana goes by what depends on what: the list is in that order, but filters may need the hidden ones.
  for (const variable of [...queried.filter((each) => !isShown(each)), ...queried.filter(isShown)]) {
    const { rows, error } = await ask(interpolate(variable.query, values, timeZone));
    if (error) {
      throw new Error(`Variable ${variable.name}: ${error} in ${interpolate(variable.query, values)}`);
    }
    if (!isShown(variable)) {
      const found = rows.map((row) => textOf(row, variable));
      values[textOfVariable(variable.name)] = rows.map((row) => textOf(row, variable, 'text'))[0] ?? '';
      values[variable.name] = variable.multi ? asRegex(found) || '()' : (sorted(found, variable.sort)[0] ?? '');
    }
  }
  return values;
}

/** The first column that is no time, or what the variable's regular expression finds in it. */
function textOf(row: Row, { regex }: Variable, group: 'text' | 'value' = 'value'): string {
  const [value] = Object.entries(row).flatMap(([name, cell]) =>
    name === 'time' || cell === null ? [] : [String(cell)]
  );
  const pattern = regex ? new RegExp(regex.slice(1, -1)) : undefined;
  const found = pattern?.exec(value);
  return pattern ? (found?.groups?.[group] ?? found?.[1] ?? '') : value;
}

function sorted(texts: readonly string[], sort = 0): string[] {
  const ascending = [...texts].sort();
  return sort === 0 ? [...texts] : sort % 2 === 1 ? ascending : ascending.reverse();
}
