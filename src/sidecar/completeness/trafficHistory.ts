/** A series is steady with traffic in at least this many of the sixty minutes up to its last one. */
const STEADY_MINUTES = 45;
/** How long a series that stopped is written as zero, seconds. Less than a flow log's silence, which is no zero. */
export const ZERO_SECONDS = 45 * 60;
const MINUTE = 60;
const HOUR = 3600;

/** How far back the history goes, seconds. */
export const HISTORY_SECONDS = HOUR + ZERO_SECONDS;

/** Which minutes of each series had traffic lately. Tells a series that stopped from one that comes and goes. */
export class TrafficHistory {
  /** Minutes (Unix seconds) with traffic, ascending, by series. */
  private readonly minutes = new Map<string, number[]>();

  /** Notes traffic of a series in a minute; minutes come in order, and may come again after reading them failed halfway. */
  add(series: string, minute: number): void {
    const minutes = this.minutes.get(series) ?? [];
    this.minutes.set(series, minutes);
    if (minute > (minutes.at(-1) ?? -Infinity)) {
      minutes.push(minute);
    }
  }

  /** Series that had steady traffic, and none in this minute nor since; to be asked minute by minute. */
  stopped(minute: number): string[] {
    const stopped: string[] = [];
    for (const [series, minutes] of this.minutes) {
      while (minutes.length > 0 && minutes[0] <= minute - HISTORY_SECONDS) {
        minutes.shift();
      }
      const last = minutes.at(-1);
      if (last === undefined) {
        this.minutes.delete(series);
      } else if (last < minute && minute - last <= ZERO_SECONDS && isSteady(minutes, last)) {
        stopped.push(series);
      }
    }
    return stopped;
  }
}

function isSteady(minutes: readonly number[], last: number): boolean {
  return minutes.filter((minute) => minute > last - 60 * MINUTE).length >= STEADY_MINUTES;
}
