import { MISSING_ADDRESS, type AddressTable } from '../address/addressTable';
import { addressCode, numberCode, sameCode, skipCode, textCode, timeCode } from './fieldParserSource';
import { ipv4, IPV4_ROOM, readIPv4 } from '../address/ipv4';
import { RepeatingText } from './repeatingText';
import { skipFields, skipSame } from '../scan';
import { Combinations } from '../tokens';

/** Numbers that a line is read for, and their places in {@link LineParser.numbers}. */
const NUMBERS = ['bytes', 'packets', 'start', 'end', 'protocol', 'srcport', 'dstport'];
export const [BYTES, PACKETS, START, END, PROTOCOL, SOURCE_PORT, DESTINATION_PORT] = NUMBERS.keys();
/** Addresses, and their places in {@link LineParser.addresses}. */
const ADDRESSES = ['srcaddr', 'dstaddr'];
export const [SOURCE, DESTINATION] = ADDRESSES.keys();
/** Times of ten digits begin with the same eight for a hundred seconds: those are compared at once. */
const TIMES = ['start', 'end'];
/** The addresses in the packet are mostly those at the interface. */
const MOSTLY_SAME: Readonly<Record<string, string>> = { 'pkt-srcaddr': 'srcaddr', 'pkt-dstaddr': 'dstaddr' };

/** About what a combination of texts costs. */
const COMBINATION_BYTES = 64;

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** What the written code calls and refers to. */
const TOOLS = { readIPv4, skipFields, skipSame, ipv4 };

/** The code of a parser: see {@link LineParser.parse}. */
type Parse = (parser: LineParser, text: Uint8Array, view: DataView, start: number) => number;

/**
 * Parses plain lines of one header, with a function that is written for it: straight code field by field, which looks
 * neither at the header nor at what kind a field is of. It takes two thirds of the time of a loop over a plan.
 */
export class LineParser {
  readonly numbers = new Float64Array(NUMBERS.length);
  readonly addresses = new Int32Array(ADDRESSES.length).fill(MISSING_ADDRESS);
  /** Where the line behind the parsed one begins. */
  next = 0;
  /** Where the texts of addresses that are no plain IPv4 stand in the line: begin and end, 0 for those that are. */
  readonly others = new Int32Array(2 * ADDRESSES.length);
  /** Whether there are any. */
  hasOthers = false;
  /** Whether texts may have been remembered since this was set to false. */
  mayHaveGrown = true;
  readonly texts: RepeatingText[] = [];
  readonly combinations = new Combinations();
  /** Per number: the first eight digits of the last time, as the bytes they are, and their value. */
  readonly heads = new Float64Array(NUMBERS.length).fill(NaN);
  readonly headValues = new Float64Array(NUMBERS.length);
  private readonly code: Parse;

  /** `repeating`: fields whose values repeat from record to record. Others are skipped, but for numbers and addresses. */
  constructor(columns: readonly string[], repeating: ReadonlySet<string>) {
    this.code = compile(codeFor(columns, repeating, this.texts));
  }

  /**
   * Parses the line that begins at `start`; `text` and `view` are of the same bytes, the last of which is a newline. Returns
   * the number of the line's combination of repeating texts, or -1 when it is not plain, whatever was filled by then.
   */
  parse(text: Uint8Array, view: DataView, start: number): number {
    if (this.hasOthers) {
      this.others.fill(0);
      this.hasOthers = false;
    }
    return this.code(this, text, view, start);
  }

  /**
   * Looks the other addresses of the parsed line up; false when one is no address. Only for lines that are taken: what goes
   * into the table decides where parts end, so that must not depend on how far a line was parsed.
   */
  readOthers(text: Uint8Array, table: AddressTable): boolean {
    for (let i = 0; i < this.addresses.length; i++) {
      const end = this.others[2 * i + 1];
      if (end > 0) {
        const code = table.read(text, this.others[2 * i], end);
        if (code === undefined) {
          return false;
        }
        this.addresses[i] = code;
      }
    }
    this.mayHaveGrown = true;
    return true;
  }

  /** Bytes of the texts that are remembered, and about those that their combinations take. */
  get remembered(): number {
    return this.texts.reduce((sum, { bytes }) => sum + bytes, this.combinations.size * COMBINATION_BYTES);
  }

  /** Forgets all texts and combinations. */
  forget(): void {
    this.texts.forEach((text) => text.clear());
    this.combinations.clear();
  }
}

/** Headers whose code is kept: objects of one flow log have the same, and code that ran before is fast. */
const MAX_COMPILED = 64;
const compiled = new Map<string, Parse>();

/** The function with that body. Nothing of an object's own text gets into it: columns have become numbers. */
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

/** The body of a parser; texts that it reads are added to `texts`. */
function codeFor(columns: readonly string[], repeating: ReadonlySet<string>, texts: RepeatingText[]): string {
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
      steps.push(timeCode(NUMBERS.indexOf(name)));
    } else if (NUMBERS.includes(name)) {
      steps.push(numberCode(NUMBERS.indexOf(name)));
    } else if (ADDRESSES.includes(name)) {
      steps.push(addressCode(ADDRESSES.indexOf(name), i));
    } else if (repeating.has(name)) {
      fields = neighbours(i, (other) => repeating.has(other));
      const terminator = i + fields === columns.length ? NEWLINE : SPACE;
      steps.push(textCode(texts.push(new RepeatingText(fields, terminator)) - 1));
    } else if (same >= 0 && same < i) {
      steps.push(sameCode(same));
    } else {
      fields = neighbours(i, (other) => isSkipped(other) && !(other in MOSTLY_SAME));
      steps.push(skipCode(fields));
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
