import { TRANSIT_GATEWAY_FIELDS, VPC_FIELDS, vpcField } from './fields';
import { otherLogsByLine, otherLogsMessage } from './otherLogs';
import { packerOf } from './packers';

/**
 * Why an object is left in its bucket without being collected: a reason for counting and a message for people. It follows from
 * the header, except `expired`: the records are older than the longest retention.
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

/** The first line of a text object: the field of each column. */
export interface Header {
  readonly columns: readonly string[];
  /** Columns that are not in the table of fields. They are ignored. */
  readonly unknown: readonly string[];
}

/** What some programs write before UTF-8, its bytes as characters. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';
const FIELD_NAME = /^[a-z][a-z0-9-]{0,63}$/;
/** Maximum length of quoted text in messages. */
const QUOTED = 80;

/** A field that a header must have. */
interface Requirement {
  readonly reason: NotCollectable['reason'];
  /** One of these is enough. */
  readonly anyOf: readonly string[];
  /** Ends the sentence "The header …". */
  readonly missing: string;
  /** The fields that a new flow log should have instead. */
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
 * Reads a header line. Returns undefined if the line is none: each word must look like a field name and at least one must be
 * known, so that a record (CloudWatch exports have no header) is never taken for a header. Each character of `line` is one byte; a
 * byte-order mark before it is skipped.
 */
export function parseHeader(line: string): Header | undefined {
  const columns = wordsOf(line.startsWith(BYTE_ORDER_MARK) ? line.slice(BYTE_ORDER_MARK.length) : line);
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

/** A second header line inside an object has other columns than the first. */
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

/** A line with at least this many names of fields may be another header, or hold one. */
const MIN_HEADER_NAMES = 2;

/**
 * Whether a line below the header repeats it. Throws {@link SecondLayout} if the line is, or contains, another header: the
 * layout of the lines below it would be unknown. Only for lines that could not be read as a record.
 */
export function isRepeatedHeader(line: string, columns: readonly string[]): boolean {
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

/** The words of a line in the spelling of field names, whatever separates them. */
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

/** Quotes text in printable ASCII, so that control sequences never reach a terminal. */
function quote(text: string): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text.slice(0, QUOTED)).replace(/[^ -~]/g, escaped);
}

/** Says what a first line that is no header is instead, and what to do. Each character of `line` is one byte. */
function messageWithoutHeader(line: string | undefined): string {
  if (line === undefined) {
    return 'There is not a single line in it: nothing is lost when it is deleted.';
  }
  if (/^(\x1f\x8b|PAR1)/.test(line)) {
    return 'What is packed in it is gzip or Parquet itself: put that into the bucket as it is.';
  }
  const packer = packerOf(line);
  if (packer !== undefined) {
    return `What is packed in it looks like ${packer} itself: unpack that, and gzip the text alone.`;
  }
  const other = otherLogsByLine(line);
  if (other !== undefined) {
    return otherLogsMessage(other);
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
  const reason = whyNoHeader(wordsOf(line));
  return (
    `${beginning} ${reason}. AWS writes no such header, so something else wrote this object: let the flow log deliver to ` +
    'S3 itself, or write it again as AWS does.'
  );
}

/** Why these words, some of which are names of fields, are not a header. */
function whyNoHeader(words: readonly string[]): string {
  const odd = words.find((word) => !FIELD_NAME.test(word));
  if (odd !== undefined) {
    return `${quote(odd)} is no name: names have small letters, digits and hyphens, and a space between them`;
  }
  const twice = words.find((word, i) => words.indexOf(word) < i);
  // Otherwise the line was cut.
  return twice === undefined ? 'The line is too long to be a header' : `${quote(twice)} stands there twice`;
}

/**
 * Why objects with this header are not collected; undefined if they are. `header`: undefined if the first line is none.
 * `line`: the first line, to be quoted; undefined if the object is empty.
 */
export function whyNotCollectable(header: Header | undefined, line?: string): NotCollectable | undefined {
  if (!header) {
    return { reason: 'no-header', message: messageWithoutHeader(line) };
  }
  const has = (name: string) => header.columns.includes(name);
  // Before Transit Gateway: some names may be the same.
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
 * Whether the header is of Cloud WAN flow logs. AWS documents that they exist and record attachments of a core network, but
 * not their fields. So a header counts as one of Cloud WAN if it has no field of an interface and an unknown field whose name
 * suggests Cloud WAN. Any other header is reported with the fields it lacks.
 */
function isCloudWan({ columns, unknown }: Header): boolean {
  const isOfInterface = ['action', 'interface-id', 'vpc-id'].some((name) => columns.includes(name));
  return !isOfInterface && unknown.some((name) => /core-network|^(cloud-?wan|cwan)-/.test(name));
}

/** Names all missing fields at once, so that a flow log needs to be recreated only once. */
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

/** Highest format version among the header's fields; 0 if none of them is known. */
export function headerVersion(header: Header): number {
  return VPC_FIELDS.reduce(
    (highest, field) => (header.columns.includes(field.name) ? Math.max(highest, field.version) : highest),
    0
  );
}
