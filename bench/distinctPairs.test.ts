import { COLUMNS } from './dataset';
import { distinctPairs, type Totals } from './distinctPairs';

it('makes records of which no address comes twice, half of them IPv6, and adds them up', () => {
  const records = 20_000;
  const totals: Totals = { bytes: 0n, packets: 0n, flows: 0n };
  const [header, ...lines] = [...distinctPairs(records, totals)].join('').trimEnd().split('\n');
  const fields = lines.map((line) => line.split(' '));
  const column = (name: string) => fields.map((values) => values[COLUMNS.indexOf(name)]);
  const sum = (name: string) => column(name).reduce((total, value) => total + BigInt(value), 0n);

  expect(header.split(' ')).toEqual(COLUMNS);
  expect(new Set(fields.map((values) => values.length))).toEqual(new Set([COLUMNS.length]));
  const addresses = [...column('srcaddr'), ...column('dstaddr')];
  expect(new Set(addresses).size).toBe(2 * records);
  expect(addresses.filter((address) => address.includes(':'))).toHaveLength(records);
  expect(totals).toEqual({ bytes: sum('bytes'), packets: sum('packets'), flows: BigInt(records) });
});
