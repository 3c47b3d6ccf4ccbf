import type { ExporterDecision } from '../../rollup/terms';
import { gunzipSync } from 'node:zlib';
import { VPC_FIELDS } from '../../records/fields';
import { parseHeader } from '../../records/header';
import { mayHoldFlowLogs, parseObjectName } from '../../records/objectName';
import { RECORD_REASONS } from '../../records/reasons';
import type { Case } from '../../records/testdata/case';
import { CORPUS as TEXT_CASES } from '../../records/testdata/corpus';
import { isGzip } from '../decode/gunzip';
import { decodeBytes } from '../../testing/decodeBytes';
import { PARQUET_CASES } from '../../testing/parquetCases';
import { parquetText } from '../../testing/parquetText';
import { rollUpSlowly } from '../../testing/reference/reference';
import { pointsOf, sumsByMeasurement, TERMS } from '../../testing/reference/rollUp';

const CORPUS = [...TEXT_CASES, ...PARQUET_CASES];
const byName = CORPUS.map((each) => [each.name, each] as const);
const collected = CORPUS.filter(({ expected }) => 'collected' in expected);

const textOf = async ({ body }: Case) => (isGzip(body) ? gunzipSync(body).toString('latin1') : parquetText(body));
const termsOf = ({ key }: Case) => ({ ...TERMS, account: parseObjectName(key).account });
const decisionsOf = ({ disabled }: Case): Record<string, ExporterDecision> =>
  disabled === undefined ? {} : { [disabled]: 'drop' };

describe('the corpus', () => {
  it.each(byName)('%s', async (_name, each) => {
    const { corrupt, refusal, header, summary, lines } = await decodeBytes(each.body, termsOf(each), decisionsOf(each));
    if (!('collected' in each.expected)) {
      expect({ corrupt, refused: refusal?.reason, summary }).toEqual({ ...each.expected });
      expect(lines).toEqual([]);
      return;
    }
    const { ok, bytes, packets, reasons = {}, exporters, unknown = [] } = each.expected.collected;
    const totals = { bytes: BigInt(bytes), packets: BigInt(packets), flows: BigInt(ok) };
    const records = Object.values(reasons).reduce((sum, count) => sum + count, ok);
    expect({ corrupt, refusal }).toEqual({});
    expect(summary).toMatchObject({ records, ok, reasons, totals });
    expect(summary!.reasons).toEqual(reasons);
    expect([...summary!.exporters.keys()].sort()).toEqual([...exporters].sort());
    expect(header!.unknown).toEqual(unknown);
    for (const sums of [summary!.measurements, sumsByMeasurement(lines)]) {
      // Of refused flows alone.
      const { flow_refused: _refused, ...all } = sums;
      Object.values(all).forEach((one) => expect(one).toEqual(totals));
    }
  });

  it.each(collected.map((each) => [each.name, each] as const))(
    'makes the points that the slow twin makes: %s',
    async (_name, each) => {
      const { lines } = await decodeBytes(each.body, termsOf(each), decisionsOf(each));
      const slow = rollUpSlowly(await textOf(each), termsOf(each), (id) => decisionsOf(each)[id] ?? 'count');
      const { points, quality } = pointsOf(lines);
      expect(points).toEqual(slow.points);
      expect(quality).toEqual(slow.quality);
    }
  );

  it('lies under keys that are fetched, each of its own', () => {
    expect(CORPUS.filter(({ key }) => !mayHoldFlowLogs(key))).toEqual([]);
    expect(new Set(CORPUS.map(({ key }) => key)).size).toBe(CORPUS.length);
  });

  it('has every field, every reason for a record and every reason for an object', async () => {
    const columns = (await Promise.all(collected.map(textOf))).flatMap(
      (text) => parseHeader(text.trim().split(/\r?\n/)[0])!.columns
    );
    expect(VPC_FIELDS.filter(({ name }) => !columns.includes(name))).toEqual([]);
    const reasons = CORPUS.flatMap(({ expected }) =>
      'collected' in expected ? Object.keys(expected.collected.reasons ?? {}) : []
    );
    // An object with a line that is too long to be kept is not collected; a disabled flow log drops whole objects.
    expect([...new Set(reasons), 'flow-log-disabled', 'line-too-long'].sort()).toEqual(
      Object.keys(RECORD_REASONS).sort()
    );
    const refused = CORPUS.flatMap(({ expected }) => ('refused' in expected ? [expected.refused] : []));
    expect(new Set(refused)).toEqual(
      new Set(['no-header', 'transit-gateway', 'cloud-wan', 'log-status-missing', 'time-missing', 'interface-missing'])
    );
  });
});
