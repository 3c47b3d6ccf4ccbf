import { TRANSIT_GATEWAY_FIELDS, VPC_FIELDS, vpcField } from './fields';

/**
 * Why an object is left in its bucket without being collected: a slug for counting and a sentence for people. Its header tells,
 * but for `expired`: its records are older than what is kept.
 */
export interface NotCollectable {
  readonly reason:
    | 'no-header'
    | 'transit-gateway'
    | 'cloud-wan'
    | 'log-status-missing'
    | 'time-missing'
    | 'interface-missing'
    | 'parquet-codec'
    | 'parquet-type'
    | 'expired';
  readonly message: string;
}

/** The first line of a text object: which field stands in which column. */
export interface Header {
  readonly columns: readonly string[];
  /** Names AWS did not know when the field table was written: carried, not fatal. */
  readonly unknown: readonly string[];
}

const FIELD_NAME = /^[a-z][a-z0-9-]{0,63}$/;
/** Characters of a first line, or a word of it, that are shown. */
const QUOTED = 80;

/** What a header must have: one of some fields, and what a flow log is best recreated with. */
interface Requirement {
  readonly reason: NotCollectable['reason'];
  readonly anyOf: readonly string[];
  /** Ends the sentence "The header …". */
  readonly missing: string;
  readonly add: readonly string[];
}

const REQUIREMENTS: readonly Requirement[] = [
  { reason: 'log-status-missing', anyOf: ['log-status'], missing: 'lacks log-status', add: ['log-status'] },
  { reason: 'time-missing', anyOf: ['start', 'end'], missing: 'has neither start nor end', add: ['start', 'end'] },
  {
    reason: 'interface-missing',
    anyOf: ['interface-id', 'resource-id'],
    missing: 'has neither interface-id nor resource-id',
    add: ['interface-id'],
  },
];

/**
 * Reads a header line.
 * Returns undefined when the line is not one: each name must look like a field name and at least one must be known,
 * so that a data line (as in CloudWatch exports, which have no header) is never taken for a layout.
 */
export function parseHeader(line: string): Header | undefined {
  const columns = wordsOf(line);
  const duplicates = new Set(columns).size !== columns.length;
  if (duplicates || !columns.every((name) => FIELD_NAME.test(name))) {
    return undefined;
  }
  const known = columns.filter(isKnown);
  if (known.length === 0) {
    return undefined;
  }
  return { columns, unknown: columns.filter((name) => !known.includes(name)) };
}

/** An object in which a second header line has other columns than the first: two layouts in one object. */
export class SecondLayout extends Error {
  override readonly name = 'SecondLayout';
  constructor(line: string) {
    super(
      `A second header line in it has other columns, so the lines after it are of another layout. It begins with ` +
        `${quote(line)}. AWS writes one header per object: something joined several objects. Write each as an object of ` +
        'its own, and delete this one.'
    );
  }
}

/** Names of fields in a line from which on it is taken for a header, or for the end of a line with a header behind it. */
const MIN_HEADER_NAMES = 2;

/**
 * Whether a line below the header is that header again. Throws {@link SecondLayout} when it is, or holds, another one:
 * with the lines after it nobody could say which layout they follow. Only for lines that are no record: a record has
 * numbers where a header has names.
 */
export function isSameHeader(line: string, columns: readonly string[]): boolean {
  const header = parseHeader(line);
  if (header && header.columns.join() === columns.join()) {
    return true;
  }
  const words = namesIn(line);
  const names = words.filter(isKnown).length;
  if (header || (names >= MIN_HEADER_NAMES && 2 * names >= Math.min(words.length, columns.length))) {
    throw new SecondLayout(line);
  }
  return false;
}

/** The words of a line as names of fields would be written, whatever separates them and however they are spelled. */
function namesIn(line: string): string[] {
  return line
    .toLowerCase()
    .replaceAll('_', '-')
    .split(/[^a-z0-9-]+/)
    .filter((word) => word !== '');
}

function wordsOf(line: string): string[] {
  return line.trim().split(/ +/);
}

function isKnown(name: string): boolean {
  return vpcField(name) !== undefined || TRANSIT_GATEWAY_FIELDS.includes(name);
}

/** Quotes in ASCII: what cannot be seen is written as an escape, and nothing reaches a terminal that it would obey. */
function quote(text: string): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text.slice(0, QUOTED)).replace(/[^ -~]/g, escaped);
}

/** What a first line that is no header is instead, and what to do about it. Its characters are its bytes. */
function messageWithoutHeader(line: string | undefined): string {
  if (line === undefined) {
    return 'There is not a single line in it: nothing is lost when it is deleted.';
  }
  if (/^(\x1f\x8b|PAR1)/.test(line)) {
    return 'What is packed in it is gzip or Parquet itself: put that into the bucket as it is.';
  }
  const beginning =
    'The first line (in Parquet, the column names) is not a header of flow-log field names, so the layout is unknown. ' +
    `It begins with ${quote(line)}.`;
  const named = namesIn(line).filter(isKnown);
  if (named.length < 2) {
    return (
      `${beginning} Exports from CloudWatch Logs and deliveries by Firehose have no header: let the flow log deliver to ` +
      'S3 itself.'
    );
  }
  const fault = faultOf(wordsOf(line));
  return (
    `${beginning} ${fault}. AWS writes no such header, so something else wrote this object: let the flow log deliver to ` +
    'S3 itself, or write it again as AWS does.'
  );
}

/** Why words of which some are names make no header. */
function faultOf(words: readonly string[]): string {
  const odd = words.find((word) => !FIELD_NAME.test(word));
  if (odd !== undefined) {
    return `${quote(odd)} is no name: names have small letters, digits and hyphens, and a space between them`;
  }
  const twice = words.find((word, i) => words.indexOf(word) < i);
  // Else only the beginning of the line is here.
  return twice === undefined ? 'The line is too long to be a header' : `${quote(twice)} stands there twice`;
}

/**
 * What stops objects with this header from being collected, or undefined when nothing does. `line`: the first line, to be
 * quoted where it is no header; undefined when there is none.
 */
export function notCollectable(header: Header | undefined, line?: string): NotCollectable | undefined {
  if (!header) {
    return { reason: 'no-header', message: messageWithoutHeader(line) };
  }
  const has = (name: string) => header.columns.includes(name);
  // First, for its names may be those of Transit Gateway flow logs in part.
  if (isCloudWan(header)) {
    return {
      reason: 'cloud-wan',
      message: 'These are Cloud WAN flow logs, which have no reports yet: deliver them to another bucket.',
    };
  }
  if (TRANSIT_GATEWAY_FIELDS.some(has)) {
    return {
      reason: 'transit-gateway',
      message: 'These are Transit Gateway flow logs, which have no reports yet: deliver them to another bucket.',
    };
  }
  const unmet = REQUIREMENTS.filter(({ anyOf }) => !anyOf.some(has));
  return unmet.length === 0 ? undefined : { reason: unmet[0].reason, message: messageFor(unmet, header.unknown) };
}

/**
 * Whether the header is of Cloud WAN flow logs. AWS's guide says that they exist, record per attachment of a core network
 * and mark what it could not correlate as `INCOMPLETEDATA`; the list of their fields was not to be had. So this goes by
 * what is sure, that no field of an interface is among them, and by a name that speaks of Cloud WAN, as those of Transit
 * Gateway logs do of theirs. A header with neither word stays unrecognised, and what it lacks is said instead.
 */
function isCloudWan({ columns, unknown }: Header): boolean {
  const isOfInterface = ['action', 'interface-id', 'vpc-id'].some((name) => columns.includes(name));
  return !isOfInterface && unknown.some((name) => /core-network|^(cloud-?wan|cwan)-/.test(name));
}

/** All that is missing at once, so that a flow log need be recreated only once. */
function messageFor(unmet: readonly Requirement[], unknown: readonly string[]): string {
  const fields = unmet.flatMap(({ add }) => add).map((name) => `\${${name}}`);
  const other =
    unknown.length > 0
      ? ` It has names that this version does not know (${unknown.slice(0, 3).join(', ')}): it may not be a VPC flow log.`
      : '';
  return (
    `The header ${unmet.map(({ missing }) => missing).join(' and ')}.${other} A flow log's format cannot be edited: ` +
    `create a new flow log with ${fields.join(' ')} in --log-format of aws ec2 create-flow-logs, and delete this one.`
  );
}

/** Highest format version among the header's fields; 0 when it has none of AWS's. */
export function headerVersion(header: Header): number {
  return VPC_FIELDS.reduce(
    (highest, field) => (header.columns.includes(field.name) ? Math.max(highest, field.version) : highest),
    0
  );
}
