import { compareCidrs, neighboursOf, readCidr, type Cidr } from './cidr';

const read = (text: string) => readCidr(text) as Cidr;

it.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  [' 192.168.7.0/24 ', '192.168.7.0/24'],
  ['203.0.113.9/32', '203.0.113.9/32'],
  ['128.0.0.0/1', '128.0.0.0/1'],
  ['2001:db8::/32', '2001:db8::/32'],
  ['2001:0DB8:0:0::/032', '2001:db8::/32'],
  ['fd00:1:0:0:1::/80', 'fd00:1:0:0:1::/80'],
  ['2001:db8::1/128', '2001:db8::1/128'],
  ['1:2:3:4:5:6:7:8/128', '1:2:3:4:5:6:7:8/128'],
  ['::ffff:10.0.0.0/104', '::ffff:a00:0/104'],
])('%j is a network, written %s', (typed, cidr) => {
  expect(readCidr(typed)).toMatchObject({ cidr });
});

it.each([
  ['10.0.1.5/16', '"10.0.1.5/16" is an address in a network: write 10.0.0.0/16, if that is meant.'],
  ['10.0.0.1/31', '"10.0.0.1/31" is an address in a network: write 10.0.0.0/31, if that is meant.'],
  ['2001:db8::1/32', '"2001:db8::1/32" is an address in a network: write 2001:db8::/32, if that is meant.'],
  ['10.0.0.7', `"10.0.0.7" is one address: say how long its network's prefix is, as in 10.0.0.7/32.`],
  ['2001:db8::1', `"2001:db8::1" is one address: say how long its network's prefix is, as in 2001:db8::1/128.`],
  ['0.0.0.0/0', '"0.0.0.0/0" is every address there is: name a part of it.'],
  ['::/0', '"::/0" is every address there is: name a part of it.'],
  ['10.0.0.0/33', '"10.0.0.0/33" has too long a prefix: an IPv4 address has 32 bits.'],
  ['2001:db8::/129', '"2001:db8::/129" has too long a prefix: an IPv6 address has 128 bits.'],
  ...[
    ...[
      '10.0.0/8',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.256/8',
      '010.0.0.0/8',
      '10.0.0.0/a',
      '10.0.0.0/-1',
      'office',
      '/8',
      '',
    ],
    ...[
      '1::2::3/64',
      '1:2:3:4:5:6:7/64',
      '1:2:3:4:5:6:7:8:9/64',
      '1:2:3:4::5:6:7:8/64',
      '12345::/16',
      'fe80::%eth0/64',
      ':/8',
    ],
    ...['::1.2.3.256/128', '::1.2.3/128', ':1:2::/32'],
  ].map((typed): [string, string] => [
    typed,
    `${typed ? `"${typed}"` : 'That'} is no network: it looks like 10.0.0.0/8 or 2001:db8::/32.`,
  ]),
])('%j is refused: %s', (typed, problem) => {
  expect(readCidr(typed)).toEqual({ problem });
});

it('networks share all of the smaller one or nothing: the smallest around it, and the largest in it, are its neighbours', () => {
  const all = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.128/25', '10.2.0.0/16', '11.0.0.0/8', 'a00::/8'].map(
    read
  );
  const neighbours = (text: string) => {
    const { outer, inner } = neighboursOf(read(text), all);
    return [outer?.cidr, inner.map(({ cidr }) => cidr)];
  };
  expect(neighbours('10.1.0.0/16')).toEqual(['10.0.0.0/8', ['10.1.2.0/24']]);
  expect(neighbours('10.0.0.0/7')).toEqual([undefined, ['10.0.0.0/8', '11.0.0.0/8']]);
  expect(neighbours('10.1.2.130/32')).toEqual(['10.1.2.128/25', []]);
  expect(neighbours('a00::/128')).toEqual(['a00::/8', []]);
  expect(neighbours('12.0.0.0/8')).toEqual([undefined, []]);
});

it('they are listed by address, not by text, IPv4 first', () => {
  const texts = ['2001:db8::/32', '192.168.0.0/16', '10.0.0.0/16', '9.0.0.0/8', '10.0.0.0/8', '::1/128'];
  expect(
    texts
      .map(read)
      .sort(compareCidrs)
      .map(({ cidr }) => cidr)
  ).toEqual([...['9.0.0.0/8', '10.0.0.0/8', '10.0.0.0/16', '192.168.0.0/16', '::1/128', '2001:db8::/32']]);
});
