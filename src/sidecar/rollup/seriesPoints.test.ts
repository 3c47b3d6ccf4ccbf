import fc from 'fast-check';
import { roll } from '../testing/flows';
import { NOON, parsePoint } from '../testing/reference/rollUp';
import { seriesPoints } from './seriesPoints';
import type { Policy } from './windows';

const made = (lines: readonly string[], policy: Policy = 'minute') => {
  const encoded = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const { lines: bytes, series } = seriesPoints({ policy, lines: encoded });
  const text = bytes.toString();
  return { lines: text === '' ? [] : text.slice(0, -1).split('\n'), series };
};
const seriesOf = (line: string) => line.slice(0, line.lastIndexOf(' ', line.lastIndexOf(' ') - 1));

describe('seriesPoints', () => {
  it('has one point of zeros for a series, in its first window, where no object has points', () => {
    const tags = 'flow_interface,account=1,action=ACCEPT,interface=eni-1,direction=egress';
    const at = (window: number) => `${window}000000007`;
    expect(
      made([
        `${tags} bytes=12i,packets=3i,flows=1i ${at(NOON)}`,
        `${tags} bytes=10i,packets=30i,flows=4i ${at(NOON + 60)}`,
        `flow_quality,reason=ok,source_id=a\\ b records=5i ${NOON}000000007`,
      ])
    ).toEqual({
      lines: [
        `${tags} bytes=0i,packets=0i,flows=0i ${NOON}000000000`,
        `flow_quality,reason=ok,source_id=a\\ b records=0i ${NOON}000000000`,
      ],
      series: 2,
    });
  });

  it.each([
    ['minute', NOON],
    ['hour', NOON + 60],
  ] as const)('stands in its window of %s whatever the offset of the object', (policy, second) => {
    const lines = [`flow_quality,reason=ok,source_id=a records=5i ${NOON + 59}999999999`];
    expect(made(lines, policy).lines).toEqual([expect.stringMatching(new RegExp(` ${second}000000000$`))]);
  });

  it('makes the series of what has no name, once for each group', () => {
    const pair = (eni: string, src: string) =>
      `flow_pair,action=ACCEPT,interface=${eni},vpc=v,src=${src},dst=10.0.0.2,pair=${src}\\ →\\ 10.0.0.2 bytes=1i ${NOON}000000007`;
    const other = (eni: string) =>
      `flow_pair,action=ACCEPT,interface=${eni},vpc=v,src=other,dst=other,pair=other bytes=0i ${NOON}000000000`;
    const { lines } = made([pair('eni-1', '10.0.0.1'), pair('eni-1', '10.0.0.3'), pair('eni-2', '10.0.0.1')]);
    expect(lines).toHaveLength(5);
    expect(lines.filter((line) => line.includes('src=other'))).toEqual([other('eni-1'), other('eni-2')]);
  });

  it('of nothing makes nothing', () => {
    expect(made([])).toEqual({ lines: [], series: 0 });
  });

  it('has every series of what a rollup writes, with what fewer names would need, and no more', () => {
    const flow = fc.record({
      'interface-id': fc.constantFrom('eni-1', 'eni-2'),
      action: fc.constantFrom('ACCEPT', 'REJECT'),
      srcaddr: fc.integer({ min: 1, max: 9 }).map((n) => `10.0.0.${n}`),
      dstport: fc.constantFrom('443', '80'),
      start: fc.integer({ min: 0, max: 3 }).map((n) => String(NOON - 60 * n)),
      end: fc.constant(String(NOON)),
    });
    fc.assert(
      fc.property(fc.array(flow, { minLength: 1, maxLength: 40 }), fc.constantFrom(2, 20), (flows, topK) => {
        // Each line begins with its policy.
        const linesWith = (k: number) => roll(flows, { topK: k }).lines.map((line) => line.replace(/^\w+ /, ''));
        const lines = linesWith(topK);
        const { lines: zeros, series } = made(lines);
        expect(new Set(zeros.map(seriesOf))).toEqual(new Set([...lines, ...linesWith(0)].map(seriesOf)));
        expect(new Set(zeros).size).toBe(series);
        for (const zero of zeros) {
          const { fields, offset } = parsePoint(`minute ${zero}`);
          expect(Object.values(fields).every((value) => value === 0n)).toBe(true);
          expect(offset).toBe(0);
        }
      })
    );
  });
});
