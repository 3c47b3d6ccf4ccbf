import type { PolicyToCreate, StoreAdmin, StoreAnswer, StoredPolicy } from '../../src/sidecar/store/access';
import { statementRefused } from '../../src/sidecar/store/influx';

/** Field values of one point, by field. Integers are bigints. */
export type Fields = Record<string, bigint | number | string | boolean>;

/** One series: its tags, and its points by time, nanoseconds in decimal. */
export interface Series {
  readonly tags: Readonly<Record<string, string>>;
  readonly points: Map<string, Fields>;
}

interface Policy {
  readonly seconds: number;
  readonly isDefault: boolean;
  /** By measurement, then by the series as line protocol writes it. */
  readonly data: Map<string, Map<string, Series>>;
}

/** Told of each point of a policy that is written, with what stood at its place. */
export type OnPoint = (
  policy: string,
  measurement: string,
  time: string,
  now: Fields,
  before: Fields | undefined
) => void;

const JSON_ANSWER = { 'content-type': 'application/json' };
const answer = (status: number, body: unknown): StoreAnswer => ({
  status,
  headers: JSON_ANSWER,
  text: body === undefined ? '' : JSON.stringify(body),
});

/**
 * What Flowscope uses of an InfluxDB 1.x, in memory: line protocol, retention policies, and the queries that collecting asks. What it
 * does not know it refuses. `simulation/models.test.ts` holds it to a real one.
 */
export class InfluxModel {
  readonly policies = new Map<string, Policy>();
  hasDatabase = false;

  /** `now`: Unix milliseconds. */
  constructor(
    readonly database: string,
    private readonly now: () => number,
    private readonly onPoint: OnPoint = () => undefined
  ) {}

  /** The answer to a request as InfluxDB's HTTP API has it. */
  handle(url: URL, body: string | Uint8Array | undefined): StoreAnswer {
    const text = body === undefined ? '' : typeof body === 'string' ? body : Buffer.from(body).toString();
    switch (url.pathname) {
      case '/ping':
        return { status: 204, headers: { 'x-influxdb-version': '1.8.10' }, text: '' };
      case '/write':
        return this.write(url.searchParams.get('rp') ?? '', text);
      case '/query':
        return this.answerQuery(new URLSearchParams(text).get('q') ?? '');
      default:
        return answer(404, { error: 'not found' });
    }
  }

  /** Writes lines of line protocol to a policy; the answer is InfluxDB's. */
  write(rp: string, text: string): StoreAnswer {
    if (!this.hasDatabase) {
      return answer(404, { error: `database not found: "${this.database}"` });
    }
    const policy = this.policies.get(rp);
    if (!policy) {
      return answer(500, { error: `retention policy not found: ${rp}` });
    }
    const oldest = policy.seconds === 0 ? -Infinity : this.now() / 1000 - policy.seconds;
    let dropped = 0;
    for (const line of text.split('\n')) {
      if (line === '') {
        continue;
      }
      const { series, measurement, fields, time } = parseLine(line);
      if (Number(time) / 1e9 < oldest) {
        dropped++;
        continue;
      }
      this.put(rp, measurement, series, time, fields);
    }
    return dropped > 0
      ? answer(400, { error: `partial write: points beyond retention policy dropped=${dropped}` })
      : { status: 204, headers: {}, text: '' };
  }

  /** The administration, as `InfluxAdmin` gives it. */
  admin(call: <T>(work: () => T) => Promise<T>): StoreAdmin {
    return {
      databases: () => call(() => (this.hasDatabase ? [this.database] : [])),
      createDatabase: () =>
        call(() => {
          if (!this.hasDatabase) {
            this.hasDatabase = true;
            this.policies.clear();
            this.policies.set('autogen', { seconds: 0, isDefault: true, data: new Map() });
          }
        }),
      policies: () => call(() => this.listPolicies()),
      createPolicy: (policy) => call(() => this.createPolicy(policy)),
      alterPolicy: (name, duration) => call(() => this.alterPolicy(name, duration)),
    };
  }

  /** All series of a measurement in a policy. */
  series(rp: string, measurement: string): Iterable<Series> {
    return this.policies.get(rp)?.data.get(measurement)?.values() ?? [];
  }

  private listPolicies(): StoredPolicy[] {
    this.mustHaveDatabase();
    return [...this.policies].map(([name, { seconds }]) => ({ name, duration: durationText(seconds) }));
  }

  private mustHaveDatabase(): void {
    if (!this.hasDatabase) {
      throw statementRefused('http://influx:8086', `database not found: ${this.database}`);
    }
  }

  private createPolicy({ name, duration, isDefault = false }: PolicyToCreate): void {
    this.mustHaveDatabase();
    const seconds = secondsOf(duration);
    const known = this.policies.get(name);
    if (known && known.seconds !== seconds) {
      throw statementRefused('http://influx:8086', 'retention policy already exists');
    }
    if (!known) {
      if (isDefault) {
        this.policies.forEach((other, otherName) => this.policies.set(otherName, { ...other, isDefault: false }));
      }
      this.policies.set(name, { seconds, isDefault, data: new Map() });
    }
  }

  private alterPolicy(name: string, duration: string): void {
    this.mustHaveDatabase();
    const known = this.policies.get(name);
    if (!known) {
      throw statementRefused('http://influx:8086', `retention policy not found: ${name}`);
    }
    this.policies.set(name, { ...known, seconds: secondsOf(duration) });
  }

  private put(rp: string, measurement: string, seriesText: string, time: string, fields: Fields): void {
    const { data } = this.policies.get(rp)!;
    let all = data.get(measurement);
    if (!all) {
      data.set(measurement, (all = new Map<string, Series>()));
    }
    let series = all.get(seriesText);
    if (!series) {
      all.set(seriesText, (series = { tags: tagsOf(seriesText), points: new Map() }));
    }
    const before = series.points.get(time);
    const now = before ? { ...before, ...fields } : fields;
    series.points.set(time, now);
    this.onPoint(rp, measurement, time, now, before);
  }

  private answerQuery(q: string): StoreAnswer {
    const known = understand(q);
    if (!known) {
      return answer(400, { error: `error parsing query: the model does not know ${q}` });
    }
    const { run, match } = known;
    try {
      return answer(200, { results: [{ statement_id: 0, ...run(this, match) }] });
    } catch (error) {
      return answer(200, { results: [{ statement_id: 0, error: (error as Error).message }] });
    }
  }

  /** `SELECT … FROM` one measurement, with or without INTO. */
  select({ columns, into, rp, measurement, where, groupBy }: Select): { series?: unknown[] } {
    if (!this.hasDatabase) {
      throw new Error(`database not found: ${this.database}`);
    }
    const policy = this.policies.get(rp);
    if (!policy) {
      throw new Error(`retention policy not found: ${rp}`);
    }
    const conditions = conditionsOf(where);
    const matching: Series[] = [];
    for (const series of policy.data.get(measurement)?.values() ?? []) {
      if (conditions.tags.every(({ tag, is }) => is(series.tags[tag] ?? ''))) {
        matching.push(series);
      }
    }
    const aggregates = aggregatesOf(columns);
    if (!aggregates) {
      return plainRows(measurement, columns, matching, conditions);
    }
    const groups = new Map<
      string,
      { tags: Record<string, string>; rows: Map<number, Array<bigint | number | undefined>> }
    >();
    for (const series of matching) {
      const tags = groupBy.all
        ? series.tags
        : Object.fromEntries(groupBy.tags.map((tag) => [tag, series.tags[tag] ?? '']));
      const key = JSON.stringify(Object.entries(tags).sort());
      let group = groups.get(key);
      for (const [time, fields] of series.points) {
        const second = secondOf(time);
        if (!isWithin(time, conditions, second)) {
          continue;
        }
        const bucket = groupBy.seconds ? second - (second % groupBy.seconds) : (conditions.from ?? 0);
        if (!group) {
          groups.set(key, (group = { tags, rows: new Map() }));
        }
        let row = group.rows.get(bucket);
        if (!row) {
          group.rows.set(bucket, (row = aggregates.map(() => undefined)));
        }
        aggregates.forEach(({ how, field }, i) => {
          const value = fields[field];
          if (value === undefined) {
            return;
          }
          if (how === 'count') {
            row[i] = Number(row[i] ?? 0) + 1;
          } else if (typeof value === 'bigint') {
            row[i] = ((row[i] as bigint | undefined) ?? 0n) + value;
          } else {
            row[i] = Number(row[i] ?? 0) + Number(value);
          }
        });
      }
    }
    if (into) {
      return this.store(into, aggregates, groups);
    }
    const series = [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { tags, rows }]) => ({
        name: measurement,
        ...(Object.keys(tags).length > 0 && { tags }),
        columns: ['time', ...aggregates.map(({ as }) => as)],
        values: [...rows]
          .sort(([a], [b]) => a - b)
          .map(([time, row]) => [isoOf(time), ...row.map((value) => (value === undefined ? null : jsonOf(value)))]),
      }));
    return series.length > 0 ? { series } : {};
  }

  private store(
    { rp, measurement }: { rp: string; measurement: string },
    aggregates: readonly Aggregate[],
    groups: ReadonlyMap<string, { tags: Record<string, string>; rows: Map<number, Array<bigint | number | undefined>> }>
  ): { series: unknown[] } {
    if (!this.policies.has(rp)) {
      throw new Error(`retention policy not found: ${rp}`);
    }
    let written = 0;
    for (const { tags, rows } of groups.values()) {
      const text = [
        measurement,
        ...Object.entries(tags)
          .filter(([, value]) => value !== '')
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([tag, value]) => `${escaped(tag)}=${escaped(value)}`),
      ].join(',');
      for (const [time, row] of rows) {
        const fields = Object.fromEntries(
          aggregates.flatMap(({ as }, i) => (row[i] === undefined ? [] : [[as, row[i]]]))
        ) as Fields;
        this.put(rp, measurement, text, `${time}000000000`, fields);
        written++;
      }
    }
    return {
      series: [{ name: 'result', columns: ['time', 'written'], values: [['1970-01-01T00:00:00Z', written]] }],
    };
  }
}

interface Select {
  readonly columns: string;
  readonly into?: { readonly rp: string; readonly measurement: string };
  readonly rp: string;
  readonly measurement: string;
  readonly where: string;
  readonly groupBy: { readonly seconds?: number; readonly tags: readonly string[]; readonly all: boolean };
}

type Run = (model: InfluxModel, match: RegExpExecArray) => { series?: unknown[] };

const none: Run = () => ({});

/** The statements it knows, and how each is answered. */
const STATEMENTS: ReadonlyArray<readonly [RegExp, Run]> = [
  [
    /^SHOW RETENTION POLICIES ON "([^"]+)"$/,
    (model) => {
      if (!model.hasDatabase) {
        throw new Error(`database not found: ${model.database}`);
      }
      const columns = ['name', 'duration', 'shardGroupDuration', 'replicaN', 'default'];
      const values = [...model.policies].map(([name, { seconds, isDefault }]) => [
        ...[name, durationText(seconds), '24h0m0s', 1, isDefault],
      ]);
      return { series: [{ columns, values }] };
    },
  ],
  [/^SHOW TAG KEYS FROM "(\w+)"$/, (model, [, measurement]) => showTagKeys(model, measurement)],
  [
    /^SHOW STATS FOR 'shard'$/,
    ({ database, policies }) => ({
      series: [...policies].map(([name, { data }]) => ({
        name: 'shard',
        tags: { database, retentionPolicy: name },
        columns: ['seriesCreate'],
        values: [[[...data.values()].reduce((sum, series) => sum + series.size, 0)]],
      })),
    }),
  ],
  [
    /^SHOW DIAGNOSTICS FOR 'config-data'$/,
    () => ({
      series: [{ name: 'config-data', columns: ['max-series-per-database', 'max-values-per-tag'], values: [[0, 0]] }],
    }),
  ],
  // What filters offer first is no part of the data path: to a model nothing had traffic.
  [/^SELECT top\(/, none],
  [
    /^SELECT (.+?)(?: INTO "(\w+)"\."(\w+)")? FROM "(\w+)"\."(\w+)"(?: WHERE (.+?))?(?: GROUP BY (.+?))?(?: fill\(none\))?$/,
    (model, [, columns, intoPolicy, intoMeasurement, rp, measurement, where = '', groupBy = '']) =>
      model.select({
        columns,
        into: intoPolicy === undefined ? undefined : { rp: intoPolicy, measurement: intoMeasurement },
        ...{ rp, measurement, where, groupBy: groupsOf(groupBy) },
      }),
  ],
];

interface Understood {
  readonly run: Run;
  readonly match: RegExpExecArray;
}

/** Statements that were asked before: most are asked again and again. */
const understood = new Map<string, Understood>();
const MAX_UNDERSTOOD = 1000;

function understand(q: string): Understood | undefined {
  const before = understood.get(q);
  if (before) {
    return before;
  }
  for (const [form, run] of STATEMENTS) {
    const match = form.exec(q);
    if (match) {
      if (understood.size >= MAX_UNDERSTOOD) {
        understood.clear();
      }
      understood.set(q, { run, match });
      return { run, match };
    }
  }
  return undefined;
}

/** Of the default policy's measurements, as InfluxDB answers without naming one. */
function showTagKeys(model: InfluxModel, measurement: string): { series?: unknown[] } {
  if (!model.hasDatabase) {
    throw new Error(`database not found: ${model.database}`);
  }
  const keys = new Set<string>();
  for (const [name] of model.policies) {
    for (const { tags } of model.series(name, measurement)) {
      Object.keys(tags).forEach((tag) => keys.add(tag));
    }
  }
  return keys.size === 0
    ? {}
    : { series: [{ name: measurement, columns: ['tagKey'], values: [...keys].sort().map((tag) => [tag]) }] };
}

interface Aggregate {
  readonly how: 'sum' | 'count';
  readonly field: string;
  readonly as: string;
}

function aggregatesOf(columns: string): Aggregate[] | undefined {
  const parts = columns.split(', ').map((part) => /^(sum|count)\("([^"]+)"\) AS "([^"]+)"$/.exec(part));
  return parts.every((part) => part !== null)
    ? parts.map(([, how, field, as]) => ({ how: how as Aggregate['how'], field, as }))
    : undefined;
}

interface Conditions {
  readonly tags: ReadonlyArray<{ readonly tag: string; readonly is: (value: string) => boolean }>;
  /** Unix seconds, half-open; of nanoseconds rounded up. */
  readonly from?: number;
  readonly until?: number;
  /** Nanoseconds, half-open, where a query says them. */
  readonly fromNs?: bigint;
  readonly untilNs?: bigint;
}

function conditionsOf(where: string): Conditions {
  const tags: Array<Conditions['tags'][number]> = [];
  const times: { -readonly [K in 'from' | 'until']?: number } = {};
  const exact: { fromNs?: bigint; untilNs?: bigint } = {};
  for (const part of where === '' ? [] : where.split(' AND ')) {
    const time = /^time (>=|<) (\d+)(s?)$/.exec(part);
    const equal = /^"([^"]+)" = '([^']*)'$/.exec(part);
    const matches = /^"([^"]+)" =~ \/(.*)\/$/.exec(part);
    if (time) {
      if (time[3] === 's') {
        times[time[1] === '>=' ? 'from' : 'until'] = Number(time[2]);
      } else {
        exact[time[1] === '>=' ? 'fromNs' : 'untilNs'] = BigInt(time[2]);
      }
    } else if (equal) {
      tags.push({ tag: equal[1], is: (value) => value === equal[2] });
    } else if (matches) {
      const form = new RegExp(matches[2]);
      tags.push({ tag: matches[1], is: (value) => form.test(value) });
    } else {
      throw new Error(`error parsing query: the model does not know the condition ${part}`);
    }
  }
  return { tags, ...times, ...exact };
}

function isWithin(time: string, { from, until, fromNs, untilNs }: Conditions, second = secondOf(time)): boolean {
  return (
    (from === undefined || second >= from) &&
    (until === undefined || second < until) &&
    (fromNs === undefined || BigInt(time) >= fromNs) &&
    (untilNs === undefined || BigInt(time) < untilNs)
  );
}

function groupsOf(text: string): Select['groupBy'] {
  const parts = text === '' ? [] : text.split(', ');
  const time = parts.map((part) => /^time\((\d+)(m|h)\)$/.exec(part)).find((match) => match);
  return {
    seconds: time ? Number(time[1]) * (time[2] === 'h' ? 3600 : 60) : undefined,
    tags: parts.flatMap((part) => /^"([^"]+)"$/.exec(part)?.[1] ?? []),
    all: parts.includes('*'),
  };
}

/** Rows of points as they are, tags and fields as columns: of all, or of the fields that are named. */
function plainRows(
  name: string,
  columns: string,
  matching: readonly Series[],
  conditions: Conditions
): { series?: unknown[] } {
  const wanted = columns === '*' ? undefined : columns.split(', ').map((column) => column.replaceAll('"', ''));
  const names = new Set<string>();
  const rows: Array<{ time: string; values: Record<string, unknown> }> = [];
  for (const { tags, points } of matching) {
    for (const [time, fields] of points) {
      const values = wanted ? pickOf(fields, wanted) : { ...tags, ...fields };
      if (!isWithin(time, conditions) || Object.keys(values).length === 0) {
        continue;
      }
      Object.keys(values).forEach((key) => names.add(key));
      rows.push({ time, values });
    }
  }
  const ordered = wanted ?? [...names].sort();
  const series = {
    name,
    columns: ['time', ...ordered],
    values: rows
      .sort((a, b) => (a.time.length - b.time.length || a.time < b.time ? -1 : 1))
      .map(({ time, values }) => [isoOf(secondOf(time)), ...ordered.map((key) => jsonOf(values[key]))]),
  };
  return rows.length > 0 ? { series: [series] } : {};
}

function pickOf(fields: Fields, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

const jsonOf = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : (value ?? null));

const secondOf = (time: string) => (time.length > 9 ? Number(time.slice(0, -9)) : 0);

const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

const escaped = (text: string) => text.replace(/[ ,=]/g, '\\$&');

/** Where an unescaped character of `stops` is; quotes are heeded in fields only. */
function findEnd(text: string, from: number, stop: string, heedQuotes = false): number {
  let isQuoted = false;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') {
      i++;
    } else if (heedQuotes && char === '"') {
      isQuoted = !isQuoted;
    } else if (char === stop && !isQuoted) {
      return i;
    }
  }
  return text.length;
}

interface ParsedLine {
  readonly series: string;
  readonly measurement: string;
  readonly fields: Fields;
  readonly time: string;
}

function parseLine(line: string): ParsedLine {
  const seriesEnd = line.includes('\\') ? findEnd(line, 0, ' ') : line.indexOf(' ');
  const time = line.slice(line.lastIndexOf(' ') + 1);
  const series = line.slice(0, seriesEnd);
  const fieldText = line.slice(seriesEnd + 1, line.length - time.length - 1);
  const comma = series.indexOf(',');
  return { series, measurement: comma < 0 ? series : series.slice(0, comma), fields: fieldsOf(fieldText), time };
}

function fieldsOf(text: string): Fields {
  const fields: Fields = {};
  for (let at = 0; at < text.length;) {
    const equals = text.indexOf('=', at);
    const end = text[equals + 1] === '"' ? findEnd(text, equals + 1, ',', true) : indexOr(text, ',', equals);
    fields[text.slice(at, equals)] = valueOf(text.slice(equals + 1, end));
    at = end + 1;
  }
  return fields;
}

function indexOr(text: string, char: string, from: number): number {
  const at = text.indexOf(char, from);
  return at < 0 ? text.length : at;
}

function valueOf(text: string): bigint | number | string | boolean {
  if (text.startsWith('"')) {
    return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }
  if (text.endsWith('i')) {
    return BigInt(text.slice(0, -1));
  }
  return text === 'true' ? true : text === 'false' ? false : Number(text);
}

function tagsOf(series: string): Record<string, string> {
  const tags: Record<string, string> = {};
  const plain = (part: string) => part.replace(/\\([ ,=])/g, '$1');
  for (let at = findEnd(series, 0, ',') + 1; at > 0 && at < series.length;) {
    const end = findEnd(series, at, ',');
    const equals = findEnd(series, at, '=');
    tags[plain(series.slice(at, equals))] = plain(series.slice(equals + 1, end));
    at = end + 1;
  }
  return tags;
}

/** Seconds of `168h`, `7d`, `52w`, `0s`. */
function secondsOf(duration: string): number {
  const [, number, unit] = /^(\d+)([smhdw])$/.exec(duration)!;
  return Number(number) * { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit as 's']!;
}

/** As InfluxDB writes it: `168h0m0s`, `0s`. */
function durationText(seconds: number): string {
  return seconds === 0 ? '0s' : `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`;
}
