import { BlockList, isIP } from 'node:net';
import { filterNamed, type FilterName } from '../../../reports/filters';
import { REPORTS } from '../../../reports/reports';
import type { UnknownName } from '../../reporting/names';
import { listed, plain } from '../format';

/** What lists the values that a filter may have. */
export function whatLists(name: FilterName): string {
  const { tag, values } = filterNamed(name);
  const report = REPORTS.find(({ columns }) => columns.some((column) => column.tag === tag));
  const elsewhere = values ? 'flowscope report --help' : 'flowscope exporter list';
  return report ? `flowscope report ${report.name}` : elsewhere;
}

/** A filter that names nothing, in words: what was looked for, what is there like it, else what is there. */
export function unknownText({ filter, value, known: entities, message }: UnknownName): string {
  // Not what stands for none.
  const known = entities.filter(({ id }) => id !== '-');
  const inRange = rangeOf(filter.name, value);
  const wanted = value.toLowerCase();
  const isSimilar = inRange
    ? ({ id }: Known) => inRange(id)
    : ({ label }: Known) => label.toLowerCase().includes(wanted);
  const similar = namesOf(known.filter(isSimilar));
  const problem = inRange
    ? `${value} is a range, and ${filter.name} takes single addresses or descriptions; several, each with a --filter of its own.`
    : message;
  const there =
    similar.length > 0
      ? `${inRange ? 'In it' : 'Similar'}: ${listed(similar)}.`
      : known.length > 0
        ? `There are ${listed(namesOf(known))}.`
        : 'No descriptions are known yet.';
  return plain(`${problem} ${there} See also ${whatLists(filter.name)}.`);
}

type Known = UnknownName['known'][number];

const namesOf = (known: readonly Known[]) => known.map(({ label }) => label).sort();

/** Whether an address is within what was typed; undefined when that is no range of addresses. */
function rangeOf(name: FilterName, value: string): ((address: string) => boolean) | undefined {
  const [, network, bits] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(value) ?? [];
  const version = isIP(network ?? '');
  if (filterNamed(name).kind !== 'address' || version === 0 || Number(bits) > (version === 4 ? 32 : 128)) {
    return undefined;
  }
  const range = new BlockList();
  range.addSubnet(network, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return (address) => isIP(address) !== 0 && range.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
