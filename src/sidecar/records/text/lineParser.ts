import { MISSING_ADDRESS, type AddressTable } from '../address/addressTable';
import {
  addressSource,
  numberSource,
  repeatedAddressSource,
  skipSource,
  textSource,
  timeSource,
} from './fieldParserSource';
import { ipv4, IPV4_ROOM, readIPv4 } from '../address/ipv4';
import { RepeatingText } from './repeatingText';
import { skipFields, standsAt } from '../bytes';
import { Combinations } from '../tokens';

/** Fields that are read as numbers, and their places in {@link LineParser.numbers}. */
const NUMBERS = ['bytes', 'packets', 'start', 'end', 'protocol', 'srcport', 'dstport', 'tcp-flags'];
export const [BYTES, PACKETS, START, END, PROTOCOL, SOURCE_PORT, DESTINATION_PORT, TCP_FLAGS] = NUMBERS.keys();
/** Fields that are read as addresses, and their places in {@link LineParser.addresses}. */
const ADDRESSES = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr'];
export const [SOURCE, DESTINATION, PACKET_SOURCE, PACKET_DESTINATION] = ADDRESSES.keys();
/** Times have ten digits, and the first eight stay the same for a hundred seconds: they are compared at once. */
const TIMES = ['start', 'end'];
/** Fields that mostly have the same value as another one: the packet's addresses are mostly those at the interface. */
const MOSTLY_SAME: Readonly<Record<string, string>> = { 'pkt-srcaddr': 'srcaddr', 'pkt-dstaddr': 'dstaddr' };

/** Estimated memory per combination of texts. */
const COMBINATION_BYTES = 64;

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** Functions and variables that the generated code uses. */
const TOOLS = { readIPv4, skipFields, standsAt, ipv4 };

/** The generated function: see {@link LineParser.parse}. */
type Parse = (parser: LineParser, text: Uint8Array, view: DataView, start: number) => number;

/**
 * Parses plain lines of one header with a function that is generated for it: straight-line code, field by field, without a
 * branch on the kind of each field. See docs/decisions/0004-generated-line-parser.md.
 */
export class LineParser {
  readonly numbers = new Float64Array(NUMBERS.length);
  readonly addresses = new Int32Array(ADDRESSES.length).fill(MISSING_ADDRESS);
  /** The beginning of the line after the parsed one. */
  next = 0;
  /** Beginning and end of the text of each address that is not plain IPv4; 0 for those that are. */
  readonly others = new Int32Array(2 * ADDRESSES.length);
  /** Whether there are any of these. */
  hasOthers = false;
  /** Whether texts or addresses may have been added since this was set to false. */
  mayHaveGrown = true;
  readonly texts: RepeatingText[] = [];
  readonly combinations = new Combinations();
  /** Per number: the first eight digits of the last time, as a double of the same bytes, and their value. */
  readonly heads = new Float64Array(NUMBERS.length).fill(NaN);
  readonly headValues = new Float64Array(NUMBERS.length);
  private readonly code: Parse;

  /** `columns`: the header. `repeating`: fields to read as repeating texts. Others are skipped, except numbers and addresses. */
  constructor(columns: readonly string[], repeating: ReadonlySet<string>) {
    this.code = compile(sourceFor(columns, repeating, this.texts));
  }

  /**
   * Parses the line that begins at `start`. `text` and `view` are of the same bytes, the last of which is a newline. Returns
   * the number of the line's combination of repeating texts; -1 if the line is not plain: then the results are undefined.
   */
  parse(text: Uint8Array, view: DataView, start: number): number {
    if (this.hasOthers) {
      this.others.fill(0);
      this.hasOthers = false;
    }
    return this.code(this, text, view, start);
  }

  /**
   * Looks up the other addresses of the parsed line; returns false if source or destination is malformed. Call it only for lines that become
   * records: the size of the table decides where parts end, so it must not depend on how far a line was parsed.
   */
  readOthers(text: Uint8Array, table: AddressTable): boolean {
    for (let i = 0; i < this.addresses.length; i++) {
      const end = this.others[2 * i + 1];
      if (end > 0) {
        const code = table.read(text, this.others[2 * i], end);
        if (code === undefined && i <= DESTINATION) {
          return false;
        }
        this.addresses[i] = code ?? MISSING_ADDRESS;
      }
    }
    this.mayHaveGrown = true;
    return true;
  }

  /** Estimated bytes of remembered texts and combinations. */
  get remembered(): number {
    return this.texts.reduce((sum, { bytes }) => sum + bytes, this.combinations.size * COMBINATION_BYTES);
  }

  /** Forgets all texts and combinations. */
  forget(): void {
    this.texts.forEach((text) => text.clear());
    this.combinations.clear();
  }
}

/** Maximum number of generated functions that are kept. All objects of a flow log have the same header. */
const MAX_COMPILED = 64;
const compiled = new Map<string, Parse>();

/** The function with that body. It must not contain text of an object: columns were replaced by numbers. */
function compile(body: string): Parse {
  let code = compiled.get(body);
  if (!code) {
    if (compiled.size === MAX_COMPILED) {
      compiled.clear();
    }
    const make = new Function(...Object.keys(TOOLS), `return function parse(parser, text, view, start) {${body}}`);
    code = make(...Object.values(TOOLS)) as Parse;
    compiled.set(body, code);
  }
  return code;
}

/** The body of the function for a header. Adds the texts that it reads to `texts`. */
function sourceFor(columns: readonly string[], repeating: ReadonlySet<string>, texts: RepeatingText[]): string {
  const steps: string[] = [];
  const isSkipped = (name: string) => !(repeating.has(name) || NUMBERS.includes(name) || ADDRESSES.includes(name));
  const neighbours = (from: number, belongs: (name: string) => boolean) => {
    const end = columns.findIndex((name, i) => i > from && !belongs(name));
    return (end < 0 ? columns.length : end) - from;
  };
  for (let i = 0; i < columns.length;) {
    const name = columns[i];
    const same = columns.indexOf(MOSTLY_SAME[name]);
    let fields = 1;
    if (TIMES.includes(name)) {
      steps.push(timeSource(NUMBERS.indexOf(name)));
    } else if (NUMBERS.includes(name)) {
      steps.push(numberSource(NUMBERS.indexOf(name)));
    } else if (same >= 0 && same < i) {
      const repeated = { address: ADDRESSES.indexOf(columns[same]), column: same };
      steps.push(repeatedAddressSource(ADDRESSES.indexOf(name), i, repeated));
    } else if (ADDRESSES.includes(name)) {
      steps.push(addressSource(ADDRESSES.indexOf(name), i));
    } else if (repeating.has(name)) {
      fields = neighbours(i, (other) => repeating.has(other));
      const terminator = i + fields === columns.length ? NEWLINE : SPACE;
      steps.push(textSource(texts.push(new RepeatingText(fields, terminator)) - 1));
    } else {
      fields = neighbours(i, isSkipped);
      steps.push(skipSource(fields));
    }
    i += fields;
    steps.push(`if (text[at++] !== ${i === columns.length ? NEWLINE : SPACE}) return -1;`);
  }
  return `
    const { numbers, addresses, texts } = parser;
    const lastWord = text.length - 4, lastTime = text.length - 12, lastAddress = text.length - ${IPV4_ROOM};
    let at = start, from = 0, digits = 0, value = 0, combination = 0;
    ${steps.join('\n')}
    parser.next = at;
    return combination;`;
}
