import type { ReportAnswer } from '../../contract/reports';
import { REPORTS } from '../../reports/reports';
import { csvOf, jsonOf } from '../reporting/formats';
import { readOptions, DEFAULTS } from '../reporting/options';
import { runReport } from '../reporting/report';
import { InfluxClient } from '../store/influx';
import { writeEntities } from '../store/schema';
import { TestApi, TOKEN } from '../testing/api';
import { influxForTests } from '../testing/influx';

const NOW = Math.floor(Date.now() / 60_000) * 60;
const BIG = 2n ** 53n + 1n;
const FORMULA = '=HYPERLINK("http://x"), "a"';

const database = influxForTests();
let store: InfluxClient;
beforeAll(async () => {
  store = await database();
  const place = { vpc: '-', subnet: '-', instance: '-', account: '1', region: 'eu-west-1' };
  await writeEntities(store, [
    { kind: 'interface', id: 'eni-1', label: `${FORMULA} (eni-1)`, name: FORMULA, ...place },
    { kind: 'interface', id: 'eni-2', label: 'db (eni-2)', name: 'db', ...place },
  ]);
  const point = (eni: string, bytes: bigint, flows: number) =>
    `flow_interface,account=1,vpc=-,subnet=-,instance=-,interface=${eni},action=ACCEPT,counted=once,direction=egress,transit=no ` +
    `bytes=${bytes}i,packets=${flows}i,flows=${flows}i ${NOW - 600}000000007`;
  await store.write('minute', [point('eni-1', BIG, 3), point('eni-2', 10n, 1)].join('\n'));
});

const test = TestApi.forTests(() => ({ store, now: () => NOW }));
const viewer = { authorization: `Viewer ${TOKEN}` };
const ask = (path: string, headers: Record<string, string> = {}) =>
  test.send('GET', `/v1/reports/${path}`, { headers: { ...viewer, ...headers } });
const errorOf = async (path: string) => {
  const answer = await ask(path);
  return [answer.statusCode, answer.json<{ error: object }>().error];
};

describe('a report through the API', () => {
  it.each(REPORTS)('$name is what the command line says, as JSON and as CSV', async (report) => {
    const options = readOptions(report, { ...DEFAULTS, filters: [] }, NOW * 1000, (option) => option);
    const result = await runReport(store, report, options);
    expect((await ask(report.name)).json()).toEqual(JSON.parse(JSON.stringify(jsonOf(report, result))));
    expect((await ask(`${report.name}?format=csv`)).body).toBe(csvOf(report, result));
  });

  it('takes time, rows, metric and filters', async () => {
    const query = 'from=now-1h&to=now&top=1&metric=flows&filter=interface%3Deni-1&filter=interface%3DDB';
    const answer = (await ask(`interface?${query}`)).json<ReportAnswer>();
    expect(answer).toMatchObject({
      ...{ top: 1, metric: 'flows', from: new Date((NOW - 3600) * 1000).toISOString() },
      filters: [{ id: 'eni-1' }, { id: 'eni-2', label: 'db (eni-2)' }],
      rows: [{ interface: 'eni-1', interfaceName: FORMULA, bytes: String(BIG), flows: '3' }],
      other: { bytes: '10' },
    });
  });

  it('is CSV with every digit, quotes where they are needed, and no formulas', async () => {
    const { body, headers } = await ask('action-interface?format=csv');
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="flowscope-action-interface.csv"',
      vary: 'Accept',
    });
    const lines = body.split('\r\n');
    expect(lines[0]).toBe(
      'action,interface,interfaceName,instance,instanceName,vpc,vpcName,bytes,bitsPerSecond,packets,flows,share'
    );
    expect(lines[1]).toMatch(
      /^ACCEPT,eni-1,"'=HYPERLINK\(""http:\/\/x""\), ""a""",-,-,-,-,9007199254740993,[\d.]+,3,3,[\d.]+$/
    );
    expect(lines.slice(2).map((line) => line.split(',')[2])).toEqual(['db', undefined]);
  });

  it.each([
    ['text/csv', 'text/csv'],
    ['text/csv, */*;q=0.1', 'text/csv'],
    ['application/json;q=0.5, text/csv;q=0.9', 'text/csv'],
    ['application/json, text/csv', 'application/json'],
    ['text/csv;q=0, application/json', 'application/json'],
    ['text/html', 'application/json'],
    ['*/*', 'application/json'],
  ])('to a client that accepts %s is %s', async (accept, type) => {
    expect((await ask('action', { accept })).headers['content-type']).toMatch(new RegExp(`^${type}`));
    expect((await ask('action?format=json', { accept })).headers['content-type']).toMatch(/^application\/json/);
  });

  it('says what is wrong with what was asked', async () => {
    const wrong = (field: string, message: string) => [400, { code: 'invalid', field, message }];
    expect(await errorOf('nothing')).toEqual([
      404,
      {
        code: 'not-found',
        message: `There is no report nothing. Reports: ${REPORTS.map(({ name }) => name).join(', ')}.`,
      },
    ]);
    expect(await errorOf('action?filter=port%3D443')).toEqual(
      wrong(
        'filter',
        'filter port=443: report action is filtered by FILTER=VALUE with one of account, vpc, subnet, instance, interface, exporter, action.'
      )
    );
    expect(await errorOf('action?filter=interface%3Ddbx')).toEqual(
      wrong(
        'filter',
        'No Interface is called dbx: give its id or its whole description. ' +
          `There are ${FORMULA} (eni-1), db (eni-2). See also /v1/reports/action-interface.`
      )
    );
    expect(await errorOf('action?top=5000')).toEqual(wrong('top', 'top 5000: give a whole number from 1 to 1000.'));
    expect(await errorOf('action?metric=bits')).toMatchObject(
      wrong('metric', 'There is no metric bits. Metrics: bytes, packets, flows.')
    );
    expect(await errorOf('action?from=now&to=-1h')).toEqual(wrong('from', 'from now is not before to -1h.'));
    expect(await errorOf('action?from=noon')).toMatchObject([400, { field: 'from' }]);
    expect(await errorOf('action?limit=3')).toMatchObject([
      400,
      { message: expect.stringContaining('limit') as string },
    ]);
    expect(await errorOf('action?format=xml')).toMatchObject([400, { field: 'format' }]);
    expect(await errorOf('action?from=now-1h&from=now-2h')).toMatchObject([400, { field: 'from' }]);
  });
});

describe('an InfluxDB', () => {
  it('that is away is said without where it is, which the log has', async () => {
    store = new InfluxClient({ url: 'http://127.0.0.1:9', database: 'none' });
    await test.restart();
    const answer = await ask('action');
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { error: { code: 'unavailable' } }]);
    expect(answer.body).not.toContain('127.0.0.1');
    expect(test.logged.join()).toContain('127.0.0.1:9');
  });

  it('is asked one report at a time, of which only so many wait', async () => {
    let asked = 0;
    let answerAll = () => {};
    const answered = new Promise<void>((resolve) => (answerAll = resolve));
    const query = async () => {
      asked++;
      await answered;
      return [];
    };
    store = { query } as unknown as InfluxClient;
    await test.restart();
    const asking = Array.from({ length: 12 }, () => ask('action'));
    const refused = await Promise.race(asking);
    expect([refused.statusCode, refused.json()]).toMatchObject([429, { error: { code: 'too-many' } }]);
    expect(asked).toBe(1);
    answerAll();
    const codes = (await Promise.all(asking)).map(({ statusCode }) => statusCode);
    expect(codes.filter((code) => code === 200)).toHaveLength(9);
    expect((await ask('action')).statusCode).toBe(200);
  });
});
