import { BlockList, isIP } from 'node:net';
import { filterNamed, type FilterName } from '../../reports/filters';
import { REPORTS, type Report } from '../../reports/reports';
import { listed, plain } from '../util/words';
import type { UnknownName } from './names';

/** The command that lists the values that a filter may have. */
export function whatLists(name: FilterName): string {
  const { values } = filterNamed(name);
  const report = reportListing(name);
  const elsewhere = values ? 'flowscope report --help' : 'flowscope exporter list';
  return report ? `flowscope report ${report.name}` : elsewhere;
}

/** The report that lists the values that a filter may have; undefined when none does. */
export function reportListing(name: FilterName): Report | undefined {
  const { tag } = filterNamed(name);
  return REPORTS.find(({ columns }) => columns.some((column) => column.tag === tag));
}

/**
 * A filter that names nothing, in words: what was looked for, what is there like it, else what is there. `seeAlso`: where the
 * reader finds all of it, if anywhere.
 */
export function unknownText(
  { filter, value, known: entities, message }: UnknownName,
  seeAlso: (name: FilterName) => string | undefined
): string {
  // Not what stands for none.
  const known = entities.filter(({ id }) => id !== '-');
  const inRange = rangeOf(filter.name, value);
  const wanted = value.toLowerCase();
  const isSimilar = inRange
    ? ({ id }: Known) => inRange(id)
    : ({ label }: Known) => label.toLowerCase().includes(wanted);
  const similar = namesOf(known.filter(isSimilar));
  const problem = inRange
    ? `${value} is a range, and ${filter.name} takes single addresses or descriptions; several, each with a filter of its own.`
    : message;
  const there =
    similar.length > 0
      ? `${inRange ? 'In it' : 'Similar'}: ${listed(similar)}.`
      : known.length > 0
        ? `There are ${listed(namesOf(known))}.`
        : 'No descriptions are known yet.';
  const elsewhere = seeAlso(filter.name);
  return plain(`${problem} ${there}${elsewhere === undefined ? '' : ` See also ${elsewhere}.`}`);
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
