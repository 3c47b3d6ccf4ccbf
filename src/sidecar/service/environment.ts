/** A variable of the environment that Flowscope reads, or a group of those that belong together. */
export interface Variable {
  /** Its name; the first one stands for the others in help. */
  readonly names: readonly [string, ...string[]];
  /** What it says, as a part of a sentence, without a full stop. */
  readonly what: string;
  /** What holds without it, in words or as a value. */
  readonly otherwise?: string;
  /** True: a secret, which a file may hold: its path is in the variable with `_FILE` after its name. */
  readonly isSecret?: true;
}

/**
 * All variables that `flowscope` reads, but for those that every AWS SDK reads. The help of the command line, `docs/configuration.md`
 * and the reading of secrets from files follow from this table.
 */
export const VARIABLES: readonly Variable[] = [
  { names: ['FLOWSCOPE_INFLUX_URL'], what: 'where InfluxDB is', otherwise: 'http://127.0.0.1:8086' },
  { names: ['FLOWSCOPE_INFLUX_DATABASE'], what: 'the database in it', otherwise: 'flowscope' },
  { names: ['FLOWSCOPE_INFLUX_USERNAME'], what: 'the user that signs in to InfluxDB', otherwise: 'nobody signs in' },
  { names: ['FLOWSCOPE_INFLUX_PASSWORD'], what: "that user's password", isSecret: true },
  {
    names: ['FLOWSCOPE_INFLUX_READ_PASSWORD'],
    what: 'for influx-user: the password of the user that may only read',
    otherwise: 'standard input',
  },
  { names: ['FLOWSCOPE_DATA_DIR'], what: 'where the registry is kept', otherwise: './data' },
  { names: ['FLOWSCOPE_LISTEN'], what: 'where the API listens', otherwise: '127.0.0.1:9555' },
  {
    names: ['FLOWSCOPE_TLS_CERT', 'FLOWSCOPE_TLS_KEY'],
    what: "files of the API's certificate and of its key, as PEM: then it speaks HTTPS",
    otherwise: 'HTTP, for this machine alone',
  },
  {
    names: ['FLOWSCOPE_ALLOW_PLAIN_HTTP'],
    what: 'yes: the API may listen without TLS for other machines, too',
    otherwise: 'it is refused',
  },
  {
    names: ['FLOWSCOPE_TOKEN'],
    what: 'what callers of the API must bring',
    otherwise: 'made at the first start, kept in the data directory',
    isSecret: true,
  },
  {
    names: ['FLOWSCOPE_JOIN_TOKEN'],
    what: 'for serve --join: the token of this collector, which flowscope collector add printed at the primary',
    isSecret: true,
  },
  {
    names: ['FLOWSCOPE_SECRET_KEY'],
    what: 'what seals secrets in the registry',
    otherwise: 'made when it is first needed, kept in the data directory',
    isSecret: true,
  },
  {
    names: ['FLOWSCOPE_SECRET_ACCESS_KEY'],
    what: 'for source and account: the secret that belongs to --access-key-id',
    otherwise: 'standard input',
  },
  {
    names: ['FLOWSCOPE_LOG_LEVEL'],
    what: 'what is logged: trace, debug, info, warn, error or fatal; at debug, a line per object',
    otherwise: 'info',
  },
  { names: ['FLOWSCOPE_THREADS'], what: 'threads that decode', otherwise: 'one per core, up to four' },
  {
    names: ['FLOWSCOPE_AWS_REGIONS'],
    what: 'regions whose names are read for accounts that name none, apart by commas',
    otherwise: 'all that an account has enabled',
  },
  {
    names: ['FLOWSCOPE_CA_FILE'],
    what: 'authorities that are trusted besides public ones, as PEM, when AWS or InfluxDB is called',
    otherwise: 'public ones only',
  },
  {
    names: ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'],
    what: 'the proxy for https://, for http://, and what is called without one; also in lower case',
    otherwise: 'no proxy',
  },
  {
    names: ['FLOWSCOPE_DEBUG'],
    what: 'anything: errors are printed with where in the code they arose',
    otherwise: 'messages only',
  },
];

/** The secrets in the environment, each of which may be in a file instead. */
export const SECRET_VARIABLES = VARIABLES.flatMap(({ names, isSecret }) => (isSecret ? names : []));

const COLUMN = 32;

/** The variables as help shows them: a line for each, its name and what it says. */
export function variablesAsHelp(): string {
  return VARIABLES.flatMap(({ names: [first, ...others], what, otherwise }) => [
    `  ${first.padEnd(COLUMN)}${what}${otherwise === undefined ? '' : ` (default: ${otherwise})`}`,
    ...others.map((name) => `  ${name}`),
  ]).join('\n');
}
