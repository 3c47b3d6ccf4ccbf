import type { z } from 'zod';

import { compareCidrs, neighboursOf, readCidr, type Cidr } from '../../../contract/cidr';
import type { network } from '../../../contract/networks';

export type Network = z.infer<typeof network>;

/** A network with what lies around it: the smallest other one that it is in. */
export type NetworkRow = Network & Cidr & { readonly outer?: Network };

/** `Office (10.0.0.0/8)` */
export const titleOf = ({ name, cidr }: Pick<Network, 'name' | 'cidr'>) => `${name} (${cidr})`;

type Read = Network & Cidr;
/** The sidecar wrote it, so it can be read. */
const read = (network: Network): Read => ({ ...network, ...(readCidr(network.cidr) as Cidr) });

/** By address. */
export function toRows(networks: readonly Network[]): NetworkRow[] {
  const all = networks.map(read);
  return all.map((one) => ({ ...one, outer: neighboursOf(one, all).outer })).sort(compareCidrs);
}

/** Networks whose CIDR, name or note contains the text, ignoring case. */
export function filterNetworks<T extends Network>(networks: readonly T[], search: string): T[] {
  const wanted = search.trim().toLowerCase();
  return networks.filter((one) => `${one.cidr}\n${one.name}\n${one.note}`.toLowerCase().includes(wanted));
}

/** What may surprise about a network as it is being typed, though nothing of it is wrong: a sentence each. */
export function surprises(typed: { cidr: string; name: string }, networks: readonly Network[]): string[] {
  const network = readCidr(typed.cidr);
  const name = typed.name.trim();
  if ('problem' in network) {
    return [];
  }
  const others = networks.filter(({ cidr }) => cidr !== network.cidr).map(read);
  const { outer, inner } = neighboursOf(network, others);
  const namesakes = others.filter((other) => other.name === name);
  return [
    ...(outer ? [`It lies in ${titleOf(outer)}: its own addresses are called as you say here.`] : []),
    ...(inner.length > 0
      ? [`In it ${inner.length === 1 ? 'lies' : 'lie'} ${inner.map(titleOf).join(', ')}, which keep their names.`]
      : []),
    ...(outer || inner.length > 0 ? ['Of networks in one another the longest prefix counts.'] : []),
    ...(namesakes.length > 0
      ? [
          `${namesakes.map(({ cidr }) => cidr).join(', ')} has that name, too: reports put the end of the CIDR behind both.`,
        ]
      : []),
  ];
}
