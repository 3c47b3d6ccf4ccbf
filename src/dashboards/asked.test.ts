import { join } from 'node:path';
import { daysAgoQuery, shiftQuery } from '../reports/periods';
import { SCAN_TARGETS } from '../reports/refused';
import { World, type Deployment } from '../sidecar/testing/world';
import { hostDashboard } from './host';
import { moversDashboard } from './movers';
import { refusedDashboard } from './refused';
import { recordsIn } from './testingRecords';
import { askAt, interpolate, valuesOf, type Ask, type Choice, type DashboardJson, type Row } from './testing';

/*
 * Host, Movers and Refused, against the records line by line: of an hour, of the same hour yesterday, and of some minutes before that, so
 * that it is known to have been collected then.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Ends well before now, so that delivery and clocks play no part. */
const END = Math.floor(Date.now() / HOUR) * HOUR - HOUR;
const FROM = END - 3 * HOUR;
const METRICS = ['bytes', 'packets', 'flows'] as const;
type Metric = (typeof METRICS)[number];
type Line = Readonly<Record<string, string>>;

const world = World.forTests();
let flowscope: Deployment;
let ask: Ask;
let now: Line[];
let then: Line[];

beforeAll(async () => {
  flowscope = world.deployment();
  const logs = join(world.folder, 'logs');
  const write = (minutes: number, end: number) =>
    world.generateFiles(logs, { seed: 11, minutes, interfaces: 12, end: new Date(end).toISOString() });
  await write(60, END);
  await write(50, END - DAY);
  await write(10, END - DAY - 4 * HOUR);
  await flowscope.ok('import', logs);
  ask = askAt(world.influxUrl, flowscope.client.settings.database);
  const records = recordsIn(logs);
  now = records.filter(({ start }) => Number(start) * 1000 >= FROM);
  then = records.filter(({ start }) => Number(start) * 1000 >= FROM - DAY && Number(start) * 1000 < END - DAY);
  expect(now.length + then.length).toBeLessThan(records.length);
});

/** The answers of a panel, by refId, and the values of the dashboard's variables. */
async function answersOf(
  dashboard: unknown,
  panel: number,
  given: Readonly<Record<string, string>> = {},
  host: Choice = 'All'
) {
  const json = JSON.parse(JSON.stringify(dashboard)) as DashboardJson;
  const range = { __from: String(FROM), __to: String(END + 60_000), __interval: '1m', __interval_ms: '60000' };
  const values = await valuesOf(json, ask, { ...range, top: '50', ...given }, (name) =>
    name === 'host' ? host : 'All'
  );
  const answers: Record<string, Row[]> = {};
  for (const { refId, query } of json.panels.find(({ id }) => id === panel)!.targets!) {
    const { rows, error } = await ask(interpolate(query, values));
    expect({ refId, error }).toEqual({ refId, error: undefined });
    answers[refId] = rows;
  }
  return { answers, values };
}

const amount = (line: Line, metric: Metric) => (metric === 'flows' ? 1 : Number(line[metric]));

/** Sums of a metric by what a line is counted under. */
function sums(lines: readonly Line[], metric: Metric, keyOf: (line: Line) => string): Map<string, number> {
  const of = new Map<string, number>();
  lines.forEach((line) => of.set(keyOf(line), (of.get(keyOf(line)) ?? 0) + amount(line, metric)));
  return of;
}

const sum = (lines: readonly Line[], metric: Metric) => lines.reduce((total, line) => total + amount(line, metric), 0);

describe('Movers', () => {
  const [COMPARED, LATER, CHART, INTERFACES, , SOURCES] = [1, 2, 3, 4, 5, 6];

  it.each(METRICS.map((metric) => ({ metric, top: metric === 'packets' ? '50' : '5' })))(
    'has the $top interfaces whose $metric changed most, to the unit',
    async ({ metric, top }) => {
      const { answers } = await answersOf(moversDashboard(), INTERFACES, { metric, top });
      const [newer, older] = [now, then].map((lines) => sums(lines, metric, ({ interface: eni }) => eni));
      const expected = [...new Set([...newer.keys(), ...older.keys()])]
        .map((eni) => [eni, newer.get(eni) ?? 0, older.get(eni) ?? 0] as const)
        .filter(([, one, other]) => one !== other)
        .sort(([, a, b], [, c, d]) => Math.abs(c - d) - Math.abs(a - b));
      const shown = answers.all.map((row) => [row.interface, row[`${metric} now`], row[`${metric} then`]]);
      const most = expected.slice(0, Number(top));
      expect(Math.abs(Number(most[most.length - 1][1]) - Number(most[most.length - 1][2]))).toBeGreaterThan(0);
      expect(new Set(shown)).toEqual(new Set(most));
      answers.all.forEach((row) =>
        expect(row[`${metric} delta`]).toBe(Number(row[`${metric} now`]) - Number(row[`${metric} then`]))
      );
    }
  );

  it('has sources that are never more than the truth', async () => {
    const { answers } = await answersOf(moversDashboard(), SOURCES, { metric: 'bytes' });
    const [newer, older] = [now, then].map((lines) => sums(lines, 'bytes', ({ src }) => src));
    expect(answers.all.length).toBeGreaterThan(5);
    for (const row of answers.all) {
      expect(Number(row['bytes now'])).toBeLessThanOrEqual(newer.get(String(row.src)) ?? 0);
      expect(Number(row['bytes then'])).toBeLessThanOrEqual(older.get(String(row.src)) ?? 0);
    }
  });

  it('draws all that counts once, now and then', async () => {
    const { answers, values } = await answersOf(moversDashboard(), CHART, { metric: 'bytes' });
    for (const [name, from] of [
      ['now', FROM],
      ['then', FROM - DAY],
    ] as const) {
      const once = `"counted" = 'once' AND "transit" = 'no' AND time >= ${from}ms AND time < ${from + 4 * HOUR}ms`;
      const [{ sum: all }] = (await ask(`SELECT sum("bytes") FROM "minute"."flow_interface" WHERE ${once}`)).rows;
      const drawn = answers[name].reduce((total, row) => total + Number(row[`bytes ${name}`]), 0);
      expect(Math.round((drawn * Number(values.interval)) / 1000)).toBe(all);
      expect(answers[name][0].time).toBe(from);
    }
  });

  it('compares nothing with a time that has no data, and says since when there is', async () => {
    const before = { __from: String(FROM - DAY), __to: String(END - DAY), metric: 'bytes' };
    for (const panel of [COMPARED, CHART, INTERFACES]) {
      const { answers } = await answersOf(moversDashboard(), panel, before);
      const { names_interface: _, ...rows } = answers;
      expect(Object.values(rows).flat()).toEqual([]);
    }
    const { answers } = await answersOf(moversDashboard(), LATER, before);
    expect(answers.since.length).toBeGreaterThan(0);
    answers.since.forEach(({ time }) =>
      expect(Number(time)).toBeGreaterThanOrEqual(END - DAY - 4 * HOUR - 20 * 60_000)
    );
  });

  it('calls nothing new whose VPC was collected only later', async () => {
    const tags =
      'account=1,action=ACCEPT,counted=once,direction=egress,instance=-,interface=eni-0ff,subnet=-,transit=no,vpc=vpc-0ff';
    const at = FROM + HOUR;
    await flowscope.client.write('minute', `flow_interface,${tags} bytes=${10 ** 15}i,packets=1i,flows=1i ${at}000000`);
    const { answers } = await answersOf(moversDashboard(), INTERFACES, { metric: 'bytes' });
    expect(answers.all.length).toBeGreaterThan(0);
    expect(answers.all.map(({ interface: eni }) => eni)).not.toContain('eni-0ff');
    const later = await answersOf(moversDashboard(), LATER, { metric: 'bytes' });
    expect(later.answers.since).toEqual([expect.objectContaining({ vpc: 'vpc-0ff', time: at })]);
    await ask(`DROP SERIES FROM "flow_interface" WHERE "interface" = 'eni-0ff'`);
  });
});

describe('the same time of day', () => {
  const hours = async (zone: string, range: string, days: string) => {
    const from = Date.parse(range);
    const [{ value: ago }] = (await ask(daysAgoQuery(String(from), days))).rows;
    const clock = (name: string) => ({ hour: `\${${name}:date:H}`, minute: `\${${name}:date:m}` });
    const query = shiftQuery(days, clock('from'), clock('ago'), '60000');
    const { rows } = await ask(interpolate(query, { from: String(from), ago: String(ago) }, zone));
    return Number(rows[0].value) / HOUR;
  };

  it.each([
    ['Europe/Berlin', '2026-03-30T06:10:00Z', '1', 24, 'after the change'],
    ['Europe/Berlin', '2026-03-29T08:10:00Z', '1', 23, 'over the change to summer time'],
    ['Europe/Berlin', '2026-10-25T08:10:00Z', '1', 25, 'over the change back'],
    ['Europe/Berlin', '2026-10-25T08:10:00Z', '7', 169, 'of a week with the change back'],
    ['America/New_York', '2026-03-08T20:45:00Z', '1', 23, 'late in the day'],
    ['America/New_York', '2026-03-09T03:45:00Z', '1', 23, 'around midnight'],
    ['Asia/Kolkata', '2026-03-29T08:10:00Z', '1', 24, 'in a time zone of half hours'],
    ['Australia/Adelaide', '2026-10-04T05:10:00Z', '7', 167, 'in one that changes its clocks'],
    ['Australia/Lord_Howe', '2026-10-04T05:10:00Z', '1', 23.5, 'in one that changes them by half an hour'],
    ['UTC', '2026-03-29T00:00:00Z', '7', 168, 'where nothing changes'],
  ])('in %s at %s, %s days ago, is %d hours ago: %s', async (zone, range, days, expected) => {
    expect(await hours(zone, range, days)).toBe(expected);
  });
});

describe('Host', () => {
  const [FIGURES, SEEN, CHART, SENDS, RECEIVES, REFUSED, , OWNERS] = [2, 3, 4, 5, 6, 7, 8, 9];
  const isIn = ({ 'flow-direction': direction }: Line) => direction === 'ingress';
  const isOut = ({ 'flow-direction': direction }: Line) => direction === 'egress';
  const isUnknown = (line: Line) => !isIn(line) && !isOut(line);
  const isRefused = ({ action }: Line) => action === 'REJECT';
  const figuresOf = (lines: readonly Line[]) => ({
    In: sum(lines.filter(isIn), 'bytes'),
    Out: sum(lines.filter(isOut), 'bytes'),
    'Unknown direction': sum(lines.filter(isUnknown), 'bytes'),
  });
  const idsOf = (field: string) =>
    [...new Set(now.map((line) => line[field]))].filter((id) => /^[a-z]+-[0-9a-f]+$/.test(id));

  it.each(['interface', 'instance-id'])('has the exact figures of each %s, now and then', async (field) => {
    const ids = idsOf(field).slice(0, 2);
    expect(ids.length).toBeGreaterThan(1);
    for (const id of ids) {
      // An interface whose flow log says no instance is one's, too, for EC2: not here, where there is no EC2.
      const [newer, older] = [now, then].map((lines) => lines.filter((line) => line[field] === id));
      const { answers } = await answersOf(hostDashboard(), FIGURES, {}, [id]);
      expect(answers.all).toEqual(
        [figuresOf(older), figuresOf(newer)].map((figures) => expect.objectContaining(figures))
      );
      expect([...answers.sent, ...answers.received]).toEqual([]);
      const chart = await answersOf(hostDashboard(), CHART, {}, [id]);
      const drawn = chart.answers.now.reduce((total, row) => total + Number(row['bytes In']), 0);
      expect(Math.round(drawn * 60)).toBe(figuresOf(newer).In);
      expect([...chart.answers.sent, ...chart.answers.received]).toEqual([]);
    }
  });

  it('has lower bounds of an address, and never more than the truth', async () => {
    const counts = [...sums(now, 'bytes', ({ src }) => src)]
      .filter(([src]) => /^\d/.test(src))
      .sort(([, a], [, b]) => b - a);
    const inside = counts.find(([src]) => src.startsWith('10.'))![0];
    const outside = counts.find(([src]) => !src.startsWith('10.'))![0];
    for (const address of [inside, outside]) {
      const { answers } = await answersOf(hostDashboard(), FIGURES, {}, [address]);
      expect(answers.all).toEqual([]);
      const out = Number(answers.sent[1]['≥ Out']);
      expect(out).toBeGreaterThan(0);
      expect(out).toBeLessThanOrEqual(
        sum(
          now.filter(({ src }) => src === address),
          'bytes'
        )
      );
      const received = Number(answers.received[1]?.['≥ In'] ?? 0);
      expect(received).toBeLessThanOrEqual(
        sum(
          now.filter(({ dst }) => dst === address),
          'bytes'
        )
      );
      const peers = await answersOf(hostDashboard(), SENDS, {}, [address]);
      expect(peers.answers.ends).toEqual([]);
      expect(peers.answers.all.length).toBeGreaterThan(0);
      for (const row of peers.answers.all) {
        const between = now.filter(
          ({ src, dst, action }) => src === address && dst === row.address && action === 'ACCEPT'
        );
        expect(Number(row.bytes)).toBeLessThanOrEqual(sum(between, 'bytes'));
        expect(Number(row.bytes)).toBeGreaterThan(0);
      }
      const seen = await answersOf(hostDashboard(), SEEN, {}, [address]);
      expect(Number(seen.answers.first[0].time)).toBeLessThan(Number(seen.answers.last[0].time));
      expect((await answersOf(hostDashboard(), OWNERS, {}, [address])).answers.last[0]).toMatchObject({ src: address });
    }
  });

  it('has what is stored of an address in scope that EC2 does not know', async () => {
    const [{ src_interface: scoped }] = (
      await ask(
        `SELECT top("sum", "src_interface", 1) FROM (SELECT sum("bytes") FROM "minute"."flow_interface_pair" WHERE "src_interface" =~ /^vpc-.*\\/10/ AND time >= ${FROM}ms GROUP BY "src_interface")`
      )
    ).rows;
    const { answers } = await answersOf(hostDashboard(), FIGURES, {}, [String(scoped)]);
    const address = String(scoped).split('/')[1];
    expect(Number(answers.sent[1]['≥ Out'])).toBeGreaterThan(0);
    expect(Number(answers.sent[1]['≥ Out'])).toBeLessThanOrEqual(
      sum(
        now.filter(({ src }) => src === address),
        'bytes'
      )
    );
    expect((await answersOf(hostDashboard(), SENDS, {}, [String(scoped)])).answers.ends.length).toBeGreaterThan(0);
  });

  it('has the ends that an interface receives from, and who was refused at it', async () => {
    const [eni] = [...sums(now.filter(isRefused), 'flows', ({ interface: id }) => id)].sort(([, a], [, b]) => b - a)[0];
    const { answers } = await answersOf(hostDashboard(), RECEIVES, {}, [eni]);
    expect(answers.ends.length).toBeGreaterThan(0);
    expect(answers.all).toEqual([]);
    const refused = (await answersOf(hostDashboard(), REFUSED, {}, [eni])).answers.all;
    expect(refused.length).toBeGreaterThan(0);
    const truth = sums(
      now.filter((line) => isRefused(line) && line.interface === eni),
      'flows',
      ({ src }) => src
    );
    sums(
      refused.map((row) => ({ src: String(row.src), bytes: String(row.flows) })),
      'bytes',
      ({ src }) => src
    ).forEach((flows, src) => expect(flows).toBeLessThanOrEqual(truth.get(src)!));
  });

  it('has nothing while nobody is chosen', async () => {
    for (const panel of [FIGURES, SEEN, CHART, SENDS, RECEIVES, REFUSED, OWNERS]) {
      const { answers } = await answersOf(hostDashboard(), panel);
      const rows = Object.entries(answers).filter(([refId]) => !refId.startsWith('names_'));
      expect(rows.flatMap(([, found]) => found)).toEqual([]);
    }
  });
});

describe('Refused', () => {
  const [FIGURES, CHART, STEADY, SCANS] = [1, 2, 3, 4];
  const portOf = ({ protocol, dstport }: Line) => `${protocol} ${dstport}`;
  const isLate = ({ protocol, 'tcp-flags': flags }: Line) =>
    protocol === '6' && flags !== undefined && (Number(flags) & 18) !== 2;
  const attempts = () => now.filter((line) => line.action === 'REJECT' && !isLate(line));

  it('adds up to all refused flows', async () => {
    const total = now.filter(({ action }) => action === 'REJECT').length;
    const { answers } = await answersOf(refusedDashboard(), FIGURES);
    expect(answers.refused[0]['Refused flows']).toBe(total);
    expect(answers.all[0].every).toBe(now.length);
    const parts = ['≥ Steadily', '≥ Scans', '≥ Late packets'].map((name) => Number(answers.shown[0][name]));
    expect(parts.reduce((all, part) => all + part)).toBeLessThanOrEqual(total);
    const chart = await answersOf(refusedDashboard(), CHART);
    const drawn = chart.answers.refused.reduce((all, row) => all + Number(row.total), 0);
    expect(Math.round((drawn * Number(chart.values.interval)) / 1000)).toBe(total);
  });

  it('tells scans from what is refused steadily', async () => {
    const targets = new Map<string, Set<string>>();
    for (const line of attempts()) {
      const of = targets.get(line.src) ?? new Set();
      targets.set(line.src, of.add(`${line.interface} ${portOf(line)}`));
    }
    const scans = (await answersOf(refusedDashboard(), SCANS)).answers;
    expect(scans.all.length).toBeGreaterThan(0);
    for (const { src, flows, ports, interfaces } of scans.all) {
      const lines = attempts().filter((line) => line.src === src);
      expect(targets.get(String(src))!.size).toBeGreaterThanOrEqual(SCAN_TARGETS);
      expect(Number(flows)).toBeLessThanOrEqual(lines.length);
      expect(Number(ports)).toBeLessThanOrEqual(new Set(lines.map(portOf)).size);
      expect(Number(interfaces)).toBeLessThanOrEqual(new Set(lines.map((line) => line.interface)).size);
      expect(Number(ports) * Number(interfaces)).toBeGreaterThanOrEqual(SCAN_TARGETS);
    }
    const steady = (await answersOf(refusedDashboard(), STEADY)).answers;
    expect(steady.all.length).toBeGreaterThan(0);
    const scanners = new Set(scans.all.map(({ src }) => src));
    for (const { src, interface: eni, flows, windows } of steady.all) {
      expect(scanners.has(src)).toBe(false);
      const lines = attempts().filter((line) => line.src === src && line.interface === eni);
      expect(Number(flows)).toBeLessThanOrEqual(lines.length);
      expect(Number(windows)).toBeGreaterThanOrEqual(3);
      const { refused, every } = steady.share.find((row) => row.src === src)!;
      expect(Number(refused)).toBeLessThanOrEqual(Number(every));
      expect(Number(refused)).toBeGreaterThan(0);
    }
  });
});
