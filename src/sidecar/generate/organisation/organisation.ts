import { REFUSED } from '../../../contract/stored';
import type { FlowLog } from '../flowLogs';
import type { LoggedInterface } from '../inventory';
import { gzip, objectKey, SLOT_SECONDS, TextBuilder, type GeneratedObject } from '../objects';
import type { GenerateOptions } from '../options';
import { awsId, mix, mixText, Random } from '../random';
import { idleRecord, type FlowRecord } from '../record';
import { countRecord, emptyCounts, type TruthRows } from '../truth';
import { instanceAt, isWithin, makeBoxes, REGION, type Box, type Boxes, type Span } from './boxes';
import { factsOf, type GeneratedFact } from './facts';
import { isKnownAt, Knowledge } from './knowledge';
import { LOGS, type Log, type LogName } from './logs';
import { addressAt, shownAddresses, type Sight } from './routes';
import { RowTally } from './rows';
import { makeTalks, type Talk } from './talks';

/** Probability that two parties talk in a minute. */
const TALKATIVE = 0.7;

/** The longest aggregation interval, seconds. */
const LONGEST = 600;

/** A record, and the log that delivers it. */
interface Written {
  readonly log: LogName;
  readonly record: FlowRecord;
  /** The id of its exporter; only of traffic. */
  readonly exporter: string;
}

/**
 * An organisation of four accounts and its flow logs: overlapping ranges, addresses that are used again, boxes that pass traffic
 * on, logs of both ends, of one, and of one action only. The same options give the same objects. Its truth comes from who talked
 * to whom; no address is looked up for it.
 */
export class Organisation {
  /** What is to be known of the owners of its addresses. */
  readonly facts: readonly GeneratedFact[];
  private readonly seed: number;
  private readonly prefix: string;
  private readonly begin: number;
  private readonly end: number;
  private readonly boxes: Boxes;
  private readonly talks: readonly Talk[];
  private readonly knowledge: Knowledge;
  private readonly tally = new RowTally();
  private readonly random = new Random(0);

  constructor({
    seed,
    prefix,
    endSeconds,
    minutes,
  }: Pick<GenerateOptions, 'seed' | 'prefix' | 'endSeconds' | 'minutes'>) {
    this.seed = mixText(seed, 'organisation');
    this.prefix = prefix;
    this.end = Math.floor(endSeconds / 60) * 60;
    this.begin = this.end - minutes * 60;
    this.boxes = makeBoxes(seed, (share) => this.moment(share));
    this.talks = makeTalks(this.boxes);
    this.knowledge = new Knowledge((log) => this.activeOf(log));
    this.facts = factsOf(this.boxes, this.knowledge, (log) => this.activeOf(log), this.begin);
  }

  /** Sums of all records so far, by the tags that they are to be found under. */
  rows(): TruthRows {
    return this.tally.truth();
  }

  /** The objects that AWS would deliver, oldest first. */
  *objects(): Generator<GeneratedObject> {
    // No record leaves its ten minutes.
    for (let from = Math.floor(this.begin / LONGEST) * LONGEST; from < this.end; from += LONGEST) {
      const written = [...this.records(from)];
      for (let slot = from; slot < from + LONGEST; slot += SLOT_SECONDS) {
        for (const name of Object.keys(LOGS) as LogName[]) {
          const records = written.filter(
            ({ log, record: { end } }) => log === name && end >= slot && end < slot + SLOT_SECONDS
          );
          if (records.length > 0) {
            yield this.object(name, slot, records);
          }
        }
      }
    }
  }

  private object(name: LogName, slot: number, records: readonly Written[]): GeneratedObject {
    const { format, aggregationSeconds } = LOGS[name];
    const flowLog: FlowLog = {
      ...{ id: awsId('fl', this.seed, name), accountId: this.accountOf(LOGS[name]), region: REGION },
      ...{ format, aggregationSeconds, hiveHourly: false, interfaces: [] },
    };
    const counts = emptyCounts(flowLog);
    const text = new TextBuilder(format.header);
    for (const { record, exporter } of records) {
      text.add(format.line(record));
      countRecord(counts, record, exporter);
    }
    const key = objectKey(this.prefix, flowLog, slot, this.seed, `${this.begin}-${this.end}`);
    return { key, body: gzip(text.toBuffer()), flowLog, slot, counts };
  }

  /** The records of ten minutes. */
  private *records(from: number): Generator<Written> {
    for (const talk of this.talks) {
      const active = this.span(talk.active);
      yield* this.direction(talk, true, active, from);
      if (talk.answer === 'yes') {
        yield* this.direction(talk, false, active, from);
      }
    }
    const { idle } = this.boxes;
    for (let minute = Math.max(from, this.begin); minute < Math.min(from + LONGEST, this.end); minute += 60) {
      const record = idleRecord(interfaceOf(idle, minute), 'NODATA', minute, minute + 59);
      yield { log: idle.log!, record, exporter: '' };
    }
  }

  /** The records of one direction of a conversation, at every box on the way that a log records. */
  private *direction(talk: Talk, isRequest: boolean, active: Span, from: number): Generator<Written> {
    const { client, server, route } = talk;
    const sights = isRequest ? route(client, server) : route(server, client);
    for (const sight of sights.filter(({ at }) => at.log !== undefined)) {
      const name = sight.at.log!;
      const log = LOGS[name];
      const isRefused = (talk.answer === 'refused' || talk.answer === 'late') && sight.at === server.box;
      const action = isRefused ? REFUSED : 'ACCEPT';
      if (log.filter !== 'ALL' && log.filter !== action) {
        continue;
      }
      const length = log.aggregationSeconds;
      for (let window = from; window < from + LONGEST; window += length) {
        const record = this.record(talk, isRequest, sight, log, action, active, window);
        if (record && isWithin(this.activeOf(log), record.start)) {
          this.tally.add(record, this.knowledge.of(sight, action, log, record.start), log);
          yield { log: name, record, exporter: this.exporterOf(sight.at, log, record.start) };
        }
      }
    }
  }

  /** The record of one aggregation interval; undefined if they did not talk in it. */
  private record(
    talk: Talk,
    isRequest: boolean,
    sight: Sight,
    log: Log,
    action: FlowRecord['action'],
    active: Span,
    window: number
  ): FlowRecord | undefined {
    const minutes = Array.from({ length: log.aggregationSeconds / 60 }, (_, i) => window + i * 60)
      .filter((minute) => minute >= this.begin && minute < this.end && isWithin(active, minute))
      .flatMap((minute) => this.minute(talk, isRequest, minute) ?? []);
    if (minutes.length === 0) {
      return undefined;
    }
    const [source, destination] = shownAddresses(sight);
    const { at, hop, direction, path } = sight;
    const { start } = minutes[0];
    const { protocol, port } = talk;
    const clientPort = protocol === 1 ? 0 : 32_768 + (mixText(this.seed, talk.name) % 20_000);
    const serviceOf = (party: Sight['from']) => party.outside?.service ?? '-';
    const box = interfaceOf(at, start);
    const isRegional = at.type === 'regional_nat_gateway';
    return {
      at: isRegional ? { ...box, id: '-', instanceId: undefined } : box,
      ...{ status: 'OK', source, destination, action, direction, protocol },
      packetSource: addressAt(at, sight.from),
      packetDestination: addressAt(at, sight.to),
      sourcePort: isRequest ? clientPort : port,
      destinationPort: isRequest ? port : clientPort,
      packets: minutes.reduce((sum, { packets }) => sum + packets, 0),
      bytes: minutes.reduce((sum, { bytes }) => sum + bytes, 0),
      ...{ start, end: minutes[minutes.length - 1].end },
      tcpFlags: protocol !== 6 ? 0 : talk.answer === 'late' ? 4 : action === REFUSED ? 2 : isRequest ? 3 : 19,
      ...{ sourceService: serviceOf(sight.from), destinationService: serviceOf(sight.to) },
      trafficPath: path,
      interfaceType: at.type,
      ...(isRegional && { resource: at.id }),
      ...(hop && { nextHop: nextHopOf(hop) }),
    };
  }

  /** One minute of one direction of a conversation, the same for every box that sees it; undefined: silence. */
  private minute(talk: Talk, isRequest: boolean, minute: number) {
    const seed = mix(mixText(this.seed, talk.name), minute);
    if (this.random.reseed(seed).next() > TALKATIVE) {
      return undefined;
    }
    const random = this.random.reseed(mix(seed, isRequest ? 1 : 2));
    const start = minute + random.below(30);
    const packets = talk.answer === 'yes' ? 1 + random.below(200) : 1 + random.below(3);
    const size = talk.answer === 'yes' ? 60 + random.below(1400) : 60;
    return { start, end: start + random.below(30), packets, bytes: packets * size };
  }

  private exporterOf(at: Box, log: Log, time: number): string {
    const isVpcKnown = log.format.fields.includes('vpc-id') || isKnownAt(at, time);
    return `${this.accountOf(log)}/${isVpcKnown ? at.vpc.id : at.id}`;
  }

  private accountOf({ vpc }: Log): string {
    const box = {
      shop: 'web-1',
      analytics: 'ingest',
      shared: 'dns',
      archive: 'archive-1',
      acquired: 'legacy',
    } as const;
    return this.boxes[box[vpc]].vpc.account;
  }

  private activeOf({ active }: Log): Span {
    return this.span(active);
  }

  /** Shares of the traffic's time as a span; one that reaches its end has no end. */
  private span([since, until]: readonly [number, number]): Span {
    return { since: this.moment(since), ...(until < 1 && { until: this.moment(until) }) };
  }

  /** A share of the traffic's time, on a whole minute; before it: long ago. */
  private moment(share: number): number {
    const minutes = (this.end - this.begin) / 60;
    return share < 0 ? this.begin - 86_400 : this.begin + Math.floor(share * minutes) * 60;
  }
}

/** A box as the columns of a record have it. */
function interfaceOf(box: Box, time: number): LoggedInterface {
  const instance = instanceAt(box, time);
  return {
    ...{ index: 0, id: box.id, tier: 'app', address: box.address, ipv6: undefined, region: REGION },
    instanceId: instance === '-' ? undefined : instance,
    ...{ subnetId: box.subnet, availabilityZoneId: box.zone },
    ...{ vpcId: box.vpc.id, vpcIndex: 0, accountId: box.accountInLog },
  };
}

function nextHopOf(hop: Box) {
  return { id: hop.id, subnetId: hop.subnet, availabilityZoneId: hop.zone, vpcId: hop.vpc.id, type: hop.type };
}
