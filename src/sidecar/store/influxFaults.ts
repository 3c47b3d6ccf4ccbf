/**
 * What a failed request means for the caller: the decision travels with the error. `missing`: the database or a retention
 * policy is not there; `empty`: no measurement of that name; `exists`: a policy of that name is there, with other durations.
 * `unauthorized`: the user is not known or may not do this; only `InfluxAdmin` tells it from `refused`.
 */
export type InfluxFailure =
  'unavailable' | 'expired' | 'series-limit' | 'missing' | 'empty' | 'exists' | 'unauthorized' | 'refused';

/** What InfluxDB says when something is wrong, and what to do about it. */
export interface InfluxFault {
  /** A part of what it says, in small letters; an expression for the whole of it. */
  readonly wording: string | RegExp;
  /** What it means for the caller, where that is not what the status says. */
  readonly failure?: InfluxFailure;
  /** For people: a sentence or two that follow what InfluxDB says. */
  readonly toDo: string;
}

/** How to lift a limit on series, for people. */
export function limitAdvice(...names: string[]): string {
  return `Set ${names.join(' = 0, ')} = 0 and index-version = "tsi1" in section [data] of influxdb.conf, and restart InfluxDB.`;
}

const section = (name: string, where: string, to = '= 0') =>
  `Set ${name} ${to} in section [${where}] of influxdb.conf, and restart InfluxDB.`;

const SIGN_IN = 'Check FLOWSCOPE_INFLUX_USERNAME and FLOWSCOPE_INFLUX_PASSWORD.';
const AGAIN = 'It is tried again.';
const REMADE = 'flowscope serve makes it again.';
const TOO_OLD = 'These points are older than it keeps them: see SHOW RETENTION POLICIES, and the clock of its machine.';
const OTHER_TYPE =
  'Something else has written there with another type: give Flowscope a database of its own (FLOWSCOPE_INFLUX_DATABASE).';
const OTHER_POLICY =
  'A policy of that name has other durations: see SHOW RETENTION POLICIES, and give Flowscope a database of its own.';

/**
 * What InfluxDB says, the first that fits counts. docs/errors.md shows all of it. Sources: `influxdata/influxdb`, 1.6.7, 1.8 and 1.13.2, as run;
 * openGemini 1.5.3, `lib/errno/message.go`. What its system says of its disk it passes on as an answer to anything.
 */
export const INFLUX_FAULTS: readonly InfluxFault[] = [
  {
    wording: 'no space left on device',
    failure: 'unavailable',
    toDo: 'The disk that InfluxDB keeps its data on is full: free some space there.',
  },
  {
    wording: 'disk quota exceeded',
    failure: 'unavailable',
    toDo: "InfluxDB's quota of the disk that it keeps its data on is used up: free some space there.",
  },
  {
    wording: 'read-only file system',
    failure: 'unavailable',
    toDo: 'The disk that InfluxDB keeps its data on is mounted read-only: mount it writable.',
  },
  {
    wording: 'input/output error',
    failure: 'unavailable',
    toDo: 'The disk that InfluxDB keeps its data on fails: check it.',
  },
  {
    wording: 'too many open files',
    failure: 'unavailable',
    toDo: 'InfluxDB has as many files open as it may: raise its limit (ulimit -n).',
  },
  {
    wording: 'database not found',
    failure: 'missing',
    toDo: 'flowscope serve makes it again; check FLOWSCOPE_INFLUX_DATABASE where that is another one.',
  },
  { wording: 'retention policy not found', failure: 'missing', toDo: REMADE },
  { wording: 'retention policy is not found', failure: 'missing', toDo: REMADE },
  { wording: 'measurement not found', failure: 'empty', toDo: 'Nothing was written there yet.' },
  {
    wording: 'is being delete',
    failure: 'unavailable',
    toDo: `It is still dropping what had that name. ${AGAIN}`,
  },
  { wording: 'max-values-per-tag', failure: 'series-limit', toDo: limitAdvice('max-values-per-tag') },
  { wording: 'max-series-per-database', failure: 'series-limit', toDo: limitAdvice('max-series-per-database') },
  {
    wording: 'series limit',
    failure: 'series-limit',
    toDo: limitAdvice('max-values-per-tag', 'max-series-per-database'),
  },
  {
    wording: 'too many series in database',
    failure: 'series-limit',
    toDo: 'Set max-series-per-database = 0 in section [data] of its configuration, and restart it.',
  },
  { wording: 'beyond retention policy', failure: 'expired', toDo: TOO_OLD },
  { wording: 'outside retention policy', failure: 'expired', toDo: TOO_OLD },
  { wording: 'point time is expired', failure: 'expired', toDo: TOO_OLD },
  { wording: 'field type conflict', toDo: OTHER_TYPE },
  { wording: 'conflict field type', toDo: OTHER_TYPE },
  {
    wording: 'cache-max-memory-size exceeded',
    toDo: `It takes points faster than it gets them to disk. ${AGAIN} If it goes on, raise cache-max-memory-size in section [data] of influxdb.conf, or give it a faster disk.`,
  },
  {
    wording: 'request throttled',
    toDo: `It has as many writes at once as it may. ${AGAIN} If it goes on, raise max-concurrent-write-limit and max-enqueued-write-limit in section [http] of influxdb.conf.`,
  },
  {
    wording: /^timeout$/i,
    toDo: `It did not get the points to disk in time (write-timeout in section [coordinator] of influxdb.conf). ${AGAIN} If it goes on, give it a faster disk.`,
  },
  {
    wording: 'engine is closed',
    toDo: `It is starting or stopping. ${AGAIN}`,
  },
  {
    wording: 'request entity too large',
    toDo: 'It, or a proxy before it, takes no requests of a few megabytes: set max-body-size = 25000000 in section [http] of influxdb.conf, and raise the limit of the proxy.',
  },
  {
    wording: 'create admin user first',
    toDo: 'It wants users, and has none: make an administrator (CREATE USER … WITH PASSWORD … WITH ALL PRIVILEGES), or set auth-enabled = false in section [http] of influxdb.conf.',
  },
  { wording: 'authorization failed', toDo: `It does not know this user, or the password is wrong. ${SIGN_IN}` },
  { wording: 'unable to parse authentication credentials', toDo: `It wants a user and a password. ${SIGN_IN}` },
  { wording: 'username required', toDo: `It wants a user and a password. ${SIGN_IN}` },
  {
    wording: 'not authorized to',
    toDo: 'Let this user do it: GRANT ALL ON the database TO it; databases, policies and users take an administrator.',
  },
  { wording: 'max-select-point', toDo: section('max-select-point', 'coordinator') },
  { wording: 'max-select-series', toDo: section('max-select-series', 'coordinator') },
  { wording: 'max-select-buckets', toDo: section('max-select-buckets', 'coordinator') },
  { wording: 'max-concurrent-queries', toDo: section('max-concurrent-queries', 'coordinator') },
  { wording: 'query-timeout limit exceeded', toDo: section('query-timeout', 'coordinator', '= "0s"') },
  { wording: 'query interrupted', toDo: 'Somebody ended the query (KILL QUERY), or InfluxDB stopped: ask again.' },
  { wording: 'retention policy already exists', failure: 'exists', toDo: OTHER_POLICY },
  { wording: 'policy conflicts with an existing policy', failure: 'exists', toDo: OTHER_POLICY },
  {
    wording: 'retention policy duration must be',
    toDo: 'See the durations in SHOW RETENTION POLICIES: data cannot be kept for less than a shard covers.',
  },
  {
    wording: 'total number of rps exceeds the limit',
    toDo: 'It has as many retention policies as it may, and a database of Flowscope has five: raise rp-limit in section [coordinator] of its configuration, and restart it.',
  },
  { wording: 'user already exists', toDo: 'Choose another name, or drop that user first.' },
  { wording: 'user not found', toDo: 'Check the name: see SHOW USERS.' },
  {
    wording: 'max key length exceeded',
    toDo: 'A name in it is longer than InfluxDB takes: report it, with what the log says.',
  },
  {
    wording: 'unable to parse',
    toDo: 'What came is no line protocol: see whether a proxy before InfluxDB changes requests, else report it, with what the log says.',
  },
];

/** What is known of what InfluxDB said; undefined when nothing is. */
export function faultOf(said: string): InfluxFault | undefined {
  const text = said.trim().toLowerCase();
  return INFLUX_FAULTS.find(({ wording }) =>
    typeof wording === 'string' ? text.includes(wording) : wording.test(said.trim())
  );
}

/** What InfluxDB said, as a sentence, and what to do about it. */
export function withAdvice(said: string): string {
  const fault = faultOf(said);
  return fault ? `${said.replace(/\.?\s*$/, '.')} ${fault.toDo}` : said;
}

/** Why nothing answers, by a part of what the system says, and what to do about it; the first that fits counts. */
export const UNANSWERED: ReadonlyArray<readonly [wording: RegExp, toDo: string]> = [
  [/\bE[MN]FILE\b/, 'This process has as many files and connections open as it may: raise that limit (ulimit -n).'],
  [
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    'Its certificate has expired, or is not valid yet: renew it, or set the clock of this machine right.',
  ],
  [/altnames/i, 'Its certificate is of another host: set FLOWSCOPE_INFLUX_URL to a name that it has.'],
  [
    /certificate|self.signed/i,
    'Its certificate is signed by an authority that is not trusted: name the file of that authority in FLOWSCOPE_CA_FILE.',
  ],
  [
    /\bEPROTO\b|wrong version number|packet length too long/i,
    'It speaks no TLS: check whether FLOWSCOPE_INFLUX_URL begins with http:// or https://, and its port.',
  ],
  [
    /\bENOTFOUND\b|\bEAI_AGAIN\b/,
    'Its host has no address: check FLOWSCOPE_INFLUX_URL, and the name server of this machine.',
  ],
  [
    /timeout|ETIMEDOUT|no whole answer/i,
    'It takes too long, or the network drops what is sent: look at its load, and at FLOWSCOPE_INFLUX_URL.',
  ],
  [/./, 'Start it, or set FLOWSCOPE_INFLUX_URL to where it is.'],
];
