import { OTHER } from '../../contract/stored';
import { timestamp } from './lineProtocol';
import { MEASUREMENTS } from './measurements';
import type { Policy } from './windows';

/**
 * Time of {@link seriesPoints} after the start of their minute or hour, seconds. No other point is there, so that zeros never
 * overwrite sums: in `minute` offsets begin at one nanosecond, and in `hour` all other points are in the first minute.
 */
const STANDS_AT: Readonly<Record<Policy, number>> = { minute: 0, hour: 60 };

const NANOSECOND_DIGITS = 9;
const MINUTE = 60;

/** Whole lines of line protocol of one policy, each with its line end. */
export interface EncodedLines {
  readonly policy: Policy;
  readonly lines: Uint8Array;
}

/** Points of zeros, which create series. */
export interface SeriesPoints {
  /** Whole lines, each with its line end. */
  readonly lines: Buffer;
  /** Number of their series. */
  readonly series: number;
}

/**
 * Points that create the series of these lines without changing a sum: zeros, in the first window of each series. The series
 * of `other` of each group is among them, so that it exists when a full store forces a smaller K.
 * `lines`: as the rollup encodes them, those of a series one after the other.
 */
export function seriesPoints({ policy, lines }: EncodedLines): SeriesPoints {
  const made: string[] = [];
  let lastSeries = '';
  // Several groups may have the same one.
  const others = new Set<string>();
  // One character per byte: nothing but ASCII is interpreted.
  const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength).toString('latin1');
  for (const line of text.split('\n')) {
    const fieldsAt = line.lastIndexOf(' ', line.lastIndexOf(' ') - 1);
    const series = line.slice(0, Math.max(fieldsAt, 0));
    if (series === lastSeries || others.has(series) || series === '') {
      continue;
    }
    lastSeries = series;
    const zeros = zerosOf(line.slice(fieldsAt), STANDS_AT[policy]);
    made.push(series + zeros);
    const other = otherOf(series);
    if (other !== undefined && !others.has(other)) {
      others.add(other);
      if (other !== series) {
        made.push(other + zeros);
      }
    }
  }
  return { lines: Buffer.from(made.map((line) => `${line}\n`).join(''), 'latin1'), series: made.length };
}

/** Fields and time of a line, ` bytes=12i,packets=3i 1772539200000000007`, as zeros `after` seconds from its window's start. */
function zerosOf(fieldsAndTime: string, after: number): string {
  const timeAt = fieldsAndTime.lastIndexOf(' ') + 1;
  const seconds = Number(fieldsAndTime.slice(timeAt, -NANOSECOND_DIGITS));
  const fields = fieldsAndTime.slice(0, timeAt).replaceAll(/=\d+i/g, '=0i');
  return fields + timestamp(seconds - (seconds % MINUTE) + after, 0);
}

/** Per measurement that has an `other`: the tags whose value that is, with what is written of them. */
const OTHERS = new Map(
  MEASUREMENTS.filter(({ top }) => top !== 'all').map(({ name, keys, kept = [], pair }) => {
    const tags = [...Object.keys(keys).filter((tag) => !kept.includes(tag)), ...(pair ? ['pair'] : [])];
    return [name, new RegExp(`,(${tags.join('|')})=(?:\\\\.|[^,\\\\])*`, 'g')] as const;
  })
);

/** The series of `other` in the same group and measurement; undefined if the measurement has none. */
function otherOf(series: string): string | undefined {
  const tags = OTHERS.get(series.slice(0, series.indexOf(',')));
  return tags && series.replaceAll(tags, `,$1=${OTHER}`);
}
