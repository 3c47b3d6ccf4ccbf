import { NOON, parsePoint, rollUp, TERMS } from '../../testing/reference/rollUp';
import { PART_LIMITS } from '../part';
import type { OwnerFact } from './facts';

const HEADER =
  'account-id interface-id vpc-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr protocol srcport dstport packets bytes start end ' +
  'action log-status flow-direction interface-type';
const FACTS: readonly OwnerFact[] = [
  { kind: 'address', vpc: 'vpc-a', address: '10.9.9.9', interface: 'eni-web', since: 0 },
  { kind: 'covered', interface: 'eni-web', action: 'ACCEPT', since: 0 },
];

const record = (type: string, packetSource: string, bytes: number) =>
  `111122223333 eni-x vpc-a 10.0.0.1 10.0.0.2 ${packetSource} 10.0.0.2 6 40000 443 1 ${bytes} ${NOON} ${NOON + 30} ACCEPT OK ` +
  `egress ${type}`;

/** Bytes that are in transit, and that are not. */
function transit(records: readonly string[], options: { readonly parts?: number; readonly chunk?: number } = {}) {
  const { parts = PART_LIMITS.records, chunk } = options;
  const limits = { ...PART_LIMITS, records: parts };
  const { lines } = rollUp(`${[HEADER, ...records].join('\n')}\n`, TERMS, { facts: FACTS, limits, chunk });
  const sums = { no: 0n, yes: 0n };
  for (const { name, tags, fields } of lines.map(parsePoint)) {
    if (name === 'flow_interface') {
      sums[tags.transit as 'no' | 'yes'] += fields.bytes;
    }
  }
  return sums;
}

describe('an interface that passes traffic on', () => {
  it('is known by its own records, wherever parts are cut and however they came', () => {
    const records = [
      record('-', '10.0.0.1', 1),
      record('transit_gateway', '10.7.7.7', 10),
      record('transit_gateway', '10.9.9.9', 100),
    ];
    for (const parts of [1, 2, 3]) {
      for (const chunk of [16, HEADER.length + 1 + records[0].length + 1, Infinity]) {
        expect({ parts, chunk, ...transit(records, { parts, chunk }) }).toEqual({ parts, chunk, no: 11n, yes: 100n });
      }
    }
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'interface'])('is none of type %s', (type) => {
    expect(transit([record(type, '10.9.9.9', 1)])).toEqual({ no: 1n, yes: 0n });
  });
});
