import { filterNamed, FILTERS, type FilterName } from '../../reports/filters';
import { UnknownName } from './names';
import { unknownText, whatLists } from './unknown';

const entity = (id: string, name: string) => ({ id, label: `${name} (${id})` });
const INTERFACES = [
  ...[entity('eni-1', 'web \x1b[31m'), entity('eni-2', 'Web shop'), entity('eni-3', 'db'), entity('-', 'no interface')],
  ...['a', 'b', 'c', 'd'].map((name) => entity(`eni-${name}`, name)),
];
const ADDRESSES = [
  entity('10.1.0.9', 'db'),
  entity('10.1.255.1', 'web'),
  entity('10.2.0.1', 'lab'),
  entity('2001:db8::1', 'six'),
];
const ACTIONS = ['ACCEPT', 'REJECT', '-'].map((id) => ({ id, label: id }));

const textOf = (name: FilterName, value: string, known: UnknownName['known']) =>
  unknownText(new UnknownName(filterNamed(name), value, known), whatLists);

describe('a filter that names nothing', () => {
  it.each<[FilterName, string, UnknownName['known'], string]>([
    [
      ...(['interface', 'WEB', INTERFACES] as const),
      'No Interface is called WEB: give its id or its whole description. Similar: Web shop (eni-2), web \ufffd[31m (eni-1). ' +
        'See also flowscope report action-interface.',
    ],
    [
      ...(['interface', 'mail', INTERFACES] as const),
      'No Interface is called mail: give its id or its whole description. There are Web shop (eni-2), a (eni-a), b (eni-b), ' +
        'c (eni-c), d (eni-d) and 2 more. See also flowscope report action-interface.',
    ],
    [
      ...(['vpc', 'prod', [entity('-', 'no VPC')]] as const),
      'No VPC is called prod: give its id or its whole description. No descriptions are known yet. ' +
        'See also flowscope report action-interface.',
    ],
    [
      ...(['source', '10.1.0.0/16', ADDRESSES] as const),
      '10.1.0.0/16 is a range, and source takes single addresses or descriptions; several, each with a filter of its own. ' +
        'In it: db (10.1.0.9), web (10.1.255.1). See also flowscope report action-interface-src.',
    ],
    [
      ...(['destination', '2001:DB8::/32', ADDRESSES] as const),
      '2001:DB8::/32 is a range, and destination takes single addresses or descriptions; several, each with a filter of ' +
        'its own. In it: six (2001:db8::1). See also flowscope report action-interface-dst.',
    ],
    [
      ...(['source', '10.1.0', ADDRESSES] as const),
      '10.1.0 is no address, and no Source is called so: give a whole address or its whole description. ' +
        'Similar: db (10.1.0.9). See also flowscope report action-interface-src.',
    ],
    [
      ...(['interface', 'eni-f', INTERFACES.slice(0, 1)] as const),
      'No Interface eni-f has been seen. There are web \ufffd[31m (eni-1). See also flowscope report action-interface.',
    ],
    [
      ...(['action', 'DENY', ACTIONS] as const),
      'There is no action DENY. There are ACCEPT, REJECT. See also flowscope report action.',
    ],
    [
      ...(['counted', 'twice', ['again', 'once'].map((id) => ({ id, label: id }))] as const),
      'There is no counted twice. There are again, once. See also flowscope report --help.',
    ],
    [
      ...(['source_interface', 'web', INTERFACES.slice(1, 2)] as const),
      'web is no source interface: give an id, a whole description, a network, an address or aws/ with a service. ' +
        'Similar: Web shop (eni-2). See also flowscope report pair-interface.',
    ],
  ])('%s %s', (name, value, known, text) => {
    expect(textOf(name, value, known)).toBe(text);
  });

  it.each(['10.1.0.0/33', '2001:db8::/129', '10.1/16', 'a/8'])('%s is no range', (value) => {
    expect(textOf('source', value, ADDRESSES)).toContain(`${value} is no address, and no Source is called so: `);
  });
});

it('every filter has a command that lists its values', () => {
  const lists = Object.fromEntries(FILTERS.map(({ name }) => [name, whatLists(name)]));
  expect(lists).toMatchObject({
    account: 'flowscope exporter list',
    action: 'flowscope report action',
    subnet: 'flowscope report interface',
  });
});
