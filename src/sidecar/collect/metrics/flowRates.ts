import type { CompleteMinute } from '../../completeness/source';
import { HISTORY_SECONDS, TrafficHistory } from '../../completeness/trafficHistory';
import { InterfaceNames } from '../../entities/interfaceNames';
import { escapeTag, timestamp } from '../../rollup/lineProtocol';
import { trafficByMinute, trafficOf, type TrafficRow } from '../../store/rates';
import type { PointTools } from './collectionPoints';

const MINUTE = 60;
const HALF_HOUR = 1800;
const DAY = 86_400;
/** Rates of a minute older than this are not written any more, seconds. */
const OLDEST = 3 * 3600;
/** Minutes of history per query, and rows it should return at most: a minute of a large network has tens of thousands. */
const PIECE_MINUTES = 15;
const PIECE_ROWS = 200_000;

/** Rates of one interface and action; yesterday's are undefined without traffic of yesterday. */
interface Rate extends Pick<TrafficRow, 'account' | 'interface' | 'action'> {
  readonly bps: number;
  readonly pps: number;
  readonly fps: number;
  /** Bits per second over the hour around the same minute yesterday. */
  readonly bpsYesterday?: number;
  /** Flows per second in the same minute yesterday. */
  readonly fpsYesterday?: number;
}

/** What is remembered of an account from one minute to the next. */
class AccountRates {
  readonly history = new TrafficHistory();
  /** The last minute that is in the history. */
  until?: number;
  rates: readonly Rate[] = [];
}

/**
 * Writes `flow_rate`: the rates of every interface and action in the newest complete minute of its account, at wall-clock
 * time, so that alerts read current values and do not take late delivery for silence. While no newer minute is complete,
 * the same rates are written again. A series that had steady traffic and stopped is written as zero for a while.
 */
export class FlowRates {
  private readonly accounts = new Map<string, AccountRates>();
  /** Minutes of history per query: one, until the number of rows per minute is known. */
  private pieceMinutes = 1;

  private readonly names: InterfaceNames;

  constructor(private readonly tools: PointTools) {
    this.names = new InterfaceNames(tools.registry);
  }

  /** Writes the rates of these minutes at `now` (Unix seconds). Throws `InfluxError`. */
  async write(minutes: readonly CompleteMinute[], now: number): Promise<void> {
    const recent = minutes.filter(({ minute }) => minute > now - OLDEST);
    const known = new Set(recent.map(({ account }) => account));
    [...this.accounts.keys()].filter((account) => !known.has(account)).forEach((one) => this.accounts.delete(one));
    const news = recent.filter(({ account, minute }) => minute > (this.accounts.get(account)?.until ?? 0));
    // Most accounts are at the same minute, and one query serves them all.
    const alike = Map.groupBy(
      news,
      (one) => `${one.minute} ${one.aggregation} ${this.accounts.get(one.account)?.until}`
    );
    for (const group of alike.values()) {
      await this.bringUp(group);
    }
    const rates = [...this.accounts.values()].flatMap((account) => account.rates);
    if (rates.length > 0) {
      await this.names.refresh();
      await this.tools.writer.writeLines(
        'minute',
        rates.map((rate) => line(rate, this.names, now))
      );
    }
  }

  /** Reads the minutes since the last call for accounts that were at one minute then, and are at one minute now. */
  private async bringUp(group: readonly CompleteMinute[]): Promise<void> {
    const { client } = this.tools;
    const [{ minute, aggregation }] = group;
    const ids = group.map(({ account }) => account);
    const until = this.accounts.get(ids[0])?.until;
    // A flow counts in the minute in which its record begins, so flows per second are averaged over a whole record's time.
    const flowsFrom = minute + MINUTE - aggregation;
    const historyFrom = Math.max(minute - HISTORY_SECONDS, until === undefined ? 0 : until + MINUTE);
    const states = new Map(ids.map((account) => [account, this.accounts.get(account) ?? new AccountRates()]));
    const newest: TrafficRow[] = [];
    const flows = new Map<string, number>();
    for await (const rows of this.traffic(ids, Math.min(flowsFrom, historyFrom), minute + MINUTE)) {
      for (const row of rows) {
        const series = seriesOf(row);
        if (row.time >= historyFrom) {
          states.get(row.account)?.history.add(series, row.time);
        }
        if (row.time >= flowsFrom) {
          flows.set(series, (flows.get(series) ?? 0) + row.flows);
        }
        if (row.time === minute) {
          newest.push(row);
        }
      }
    }
    const flowsYesterday = await trafficOf(client, ids, flowsFrom - DAY, minute + MINUTE - DAY);
    const hourYesterday = await trafficOf(client, ids, minute - DAY - HALF_HOUR, minute - DAY + HALF_HOUR);
    const own = Map.groupBy(newest, ({ account }) => account);
    const known = new Set(hourYesterday.map(({ account }) => account));
    const bytesThen = sumsBySeries(hourYesterday, 'bytes');
    const flowsThen = sumsBySeries(flowsYesterday, 'flows');
    const withYesterday = (rate: Rate): Rate => ({
      ...rate,
      bpsYesterday: ((bytesThen.get(seriesOf(rate)) ?? 0) * 8) / (2 * HALF_HOUR),
      fpsYesterday: (flowsThen.get(seriesOf(rate)) ?? 0) / aggregation,
    });
    for (const [account, state] of states) {
      this.accounts.set(account, state);
      state.until = minute;
      const going = (own.get(account) ?? []).map((row) => rateOf(row, flows.get(seriesOf(row))! / aggregation));
      const stopped = state.history.stopped(minute).map((series) => ({ ...toKey(series), bps: 0, pps: 0, fps: 0 }));
      const rates = [...going, ...stopped];
      state.rates = known.has(account) ? rates.map(withYesterday) : rates;
    }
  }

  /** The traffic of these accounts in the minutes of `[from, to)`, in time's order, in pieces that fit in memory. */
  private async *traffic(accounts: readonly string[], from: number, to: number): AsyncGenerator<TrafficRow[]> {
    for (let begin = from; begin < to;) {
      const end = Math.min(begin + this.pieceMinutes * MINUTE, to);
      const rows = await trafficByMinute(this.tools.client, accounts, begin, end);
      const perMinute = (rows.length * MINUTE) / (end - begin);
      this.pieceMinutes = Math.min(PIECE_MINUTES, Math.max(1, Math.floor(PIECE_ROWS / perMinute)));
      yield rows;
      begin = end;
    }
  }
}

type Key = Pick<TrafficRow, 'account' | 'interface' | 'action'>;

function seriesOf({ account, interface: id, action }: Key): string {
  return `${account} ${id} ${action}`;
}

function toKey(series: string): Key {
  const [account, id, action] = series.split(' ');
  return { account, interface: id, action };
}

/** The rate of a minute. `fps`: flows per second. */
function rateOf({ account, interface: id, action, bytes, packets }: TrafficRow, fps: number): Rate {
  return { account, interface: id, action, bps: (bytes * 8) / MINUTE, pps: packets / MINUTE, fps };
}

function sumsBySeries(rows: readonly TrafficRow[], metric: 'bytes' | 'flows'): Map<string, number> {
  const sums = new Map<string, number>();
  rows.forEach((row) => sums.set(seriesOf(row), (sums.get(seriesOf(row)) ?? 0) + row[metric]));
  return sums;
}

function line(rate: Rate, names: InterfaceNames, now: number): string {
  const { account, interface: id, action, bps, pps, fps, bpsYesterday, fpsYesterday } = rate;
  const own = names.of(id);
  const tags = {
    account,
    action,
    instance_name: own.instance,
    interface: id,
    interface_name: own.interface,
    vpc_name: own.vpc,
  };
  const fields = { bps, pps, fps, bps_yesterday: bpsYesterday, fps_yesterday: fpsYesterday };
  const written = (pairs: object) =>
    Object.entries(pairs)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? escapeTag(value) : value}`)
      .join(',');
  return `flow_rate,${written(tags)} ${written(fields)} ${timestamp(now, 0)}`;
}
