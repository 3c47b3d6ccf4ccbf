import { OTHER } from '../../contract/stored';
import { timestamp } from './lineProtocol';
import { MEASUREMENTS } from './measurements';
import type { Policy } from './windows';

/**
 * Where {@link seriesPoints} stand after the start of their minute or hour, seconds. No object's points are there, so that
 * zeros, even late ones, never overwrite what counts: in `minute` those begin a nanosecond later, and in `hour` they, and the
 * sums of whole hours, are in the first minute.
 */
const STANDS_AT: Readonly<Record<Policy, number>> = { minute: 0, hour: 60 };

const NANOSECOND_DIGITS = 9;
const MINUTE = 60;

/** Whole lines of one policy, each with its line end. */
export interface EncodedLines {
  readonly policy: Policy;
  readonly lines: Uint8Array;
}

/** Points that only make series. */
export interface SeriesPoints {
  /** Whole lines, each with its line end. */
  readonly lines: Buffer;
  /** How many series they are of. */
  readonly series: number;
}

/**
 * What makes the series of these lines without adding to any sum: a point of zeros for each, in its first window. With them
 * comes the series of `other` of each group: whoever keeps fewer names later has it already, however full the store is then.
 * `lines`: whole lines as the rollup encodes them, those of a series one after the other.
 */
export function seriesPoints({ policy, lines }: EncodedLines): SeriesPoints {
  const made: string[] = [];
  let lastSeries = '';
  let lastOther = '';
  // One character per byte: what is not ASCII is copied only.
  const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength).toString('latin1');
  for (const line of text.split('\n')) {
    const fieldsAt = line.lastIndexOf(' ', line.lastIndexOf(' ') - 1);
    const series = line.slice(0, Math.max(fieldsAt, 0));
    if (series === lastSeries || series === lastOther || series === '') {
      continue;
    }
    lastSeries = series;
    const zeros = zerosOf(line.slice(fieldsAt), STANDS_AT[policy]);
    made.push(series + zeros);
    const other = otherOf(series);
    if (other !== undefined && other !== lastOther) {
      lastOther = other;
      if (other !== series) {
        made.push(other + zeros);
      }
    }
  }
  return { lines: Buffer.from(made.map((line) => `${line}\n`).join(''), 'latin1'), series: made.length };
}

/** ` bytes=12i,packets=3i 1772539200000000007` as zeros so many seconds after the start of its window. */
function zerosOf(fieldsAndTime: string, after: number): string {
  const timeAt = fieldsAndTime.lastIndexOf(' ') + 1;
  const seconds = Number(fieldsAndTime.slice(timeAt, -NANOSECOND_DIGITS));
  const fields = fieldsAndTime.slice(0, timeAt).replaceAll(/=\d+i/g, '=0i');
  return fields + timestamp(seconds - (seconds % MINUTE) + after, 0);
}

/** Per measurement of top keys: where its own tags begin, and what they are in the series of everything else. */
const OTHERS = new Map(
  MEASUREMENTS.filter(({ topK }) => topK).map(({ name, keys, pairTag }) => {
    const tags = [...Object.keys(keys), ...(pairTag === undefined ? [] : [pairTag])];
    return [name, { begin: `,${tags[0]}=`, tags: tags.map((tag) => `,${tag}=${OTHER}`).join('') }] as const;
  })
);

/** The series of `other` beside this one; undefined where a measurement has none. */
function otherOf(series: string): string | undefined {
  const other = OTHERS.get(series.slice(0, series.indexOf(',')));
  return other && series.slice(0, series.indexOf(other.begin)) + other.tags;
}
