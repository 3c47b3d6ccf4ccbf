import { exporterPlace } from '../../../../contract/exporterTitle';
import type { IconName } from '@grafana/data';

import type { SearchMatch } from '../../../../contract/search';
import type { EntityKind } from '../../../../contract/stored';
import { dashboardUrl } from '../Reports.utils';

/** The dashboard of one interface, instance or address; it takes any of their ids in its variable `host`. */
const HOST = 'flowscope-host';

/** A dashboard that a match leads to, with the variable that takes the id of the match. */
interface Target {
  readonly uid: string;
  readonly variable: string;
  /** What tells it from other targets of the same match. */
  readonly note?: string;
}

const hostOr = (uid: string, variable: string) => ({
  targets: [{ uid: HOST, variable: 'host' }],
  // Where the dashboard of hosts is not installed.
  otherwise: [{ uid, variable }],
});
const overview = (variable: string) => ({ targets: [{ uid: 'flowscope-overview', variable }] });

/** How a kind of match reads, and where it leads. */
const KINDS: Readonly<
  Record<
    Exclude<EntityKind, 'application'>,
    { label: string; icon: IconName; targets: readonly Target[]; otherwise?: readonly Target[] }
  >
> = {
  interface: { label: 'Interface', icon: 'plug', ...hostOr('flowscope-interface', 'interface') },
  instance: { label: 'Instance', icon: 'cube', ...hostOr('flowscope-interface', 'instance') },
  address: {
    label: 'Address',
    icon: 'crosshair',
    targets: [{ uid: HOST, variable: 'host' }],
    otherwise: [
      { uid: 'flowscope-conversations', variable: 'source', note: 'as source' },
      { uid: 'flowscope-conversations', variable: 'destination', note: 'as destination' },
    ],
  },
  network: {
    label: 'Network',
    icon: 'sitemap',
    targets: [
      { uid: 'flowscope-pair-interface', variable: 'source_interface', note: 'as source' },
      { uid: 'flowscope-pair-interface', variable: 'destination_interface', note: 'as destination' },
    ],
  },
  subnet: { label: 'Subnet', icon: 'layer-group', ...overview('subnet') },
  vpc: { label: 'VPC', icon: 'cloud', ...overview('vpc') },
  account: { label: 'Account', icon: 'user', ...overview('account') },
  exporter: {
    label: 'Exporter',
    icon: 'upload',
    targets: [{ uid: 'flowscope-interface', variable: 'exporter' }],
  },
};

/** One line of the list: a match and where it leads. */
export interface Choice {
  readonly match: SearchMatch;
  readonly kind: string;
  readonly icon: IconName;
  readonly note?: string;
  /** The dashboard's path, without the sub-path that Grafana may be served from. */
  readonly href: string;
}

/**
 * What the matches lead to, in their order. `installed`: the uids of dashboards that are there, undefined while unknown; `search`: the
 * page's own query string, whose time range the links keep.
 */
export function choicesOf(
  matches: readonly SearchMatch[],
  installed: ReadonlySet<string> | undefined,
  search: string
): Choice[] {
  return matches.flatMap((match) => {
    if (match.kind === 'application') {
      return [];
    }
    const { label, icon, targets, otherwise = targets } = KINDS[match.kind];
    const isThere = targets.every(({ uid }) => installed?.has(uid) ?? true);
    return (isThere ? targets : otherwise).map(({ uid, variable, note }) => ({
      ...{ match, kind: label, icon, note },
      href: dashboardUrl(uid, search, { [`var-${variable}`]: filterId(match, uid) }),
    }));
  });
}

/** The id as that dashboard takes it: filters by address know no VPC, and those by exporter no account. */
function filterId({ kind, id }: SearchMatch, uid: string): string {
  if (kind === 'exporter') {
    return exporterPlace(id);
  }
  return kind === 'address' && uid !== HOST ? id.replace(/^vpc-[^/]*\//, '') : id;
}
