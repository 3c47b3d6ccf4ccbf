import { MISSING } from '../../contract/stored';
import { statementText, type FactRow } from '../registry/ownerFacts';
import type { OwnerChange } from '../registry/ownerRegions';
import type { OwnerStatement } from '../rollup/owners/facts';
import type { InterfaceStatement, SeenOwners } from './ownerFacts';

type InterfaceRow = Extract<FactRow, { readonly kind: 'interface' }>;

/** What the registry holds of a region: the facts that hold, or held until its last reading or longer. */
export type KnownFacts = Readonly<Record<'address' | 'interface' | 'vpc', readonly FactRow[]>>;

/** What changes, in the order in which it is to be noted. */
class Changes {
  readonly list: OwnerChange[] = [];

  begin(statement: OwnerStatement, since: number): void {
    this.list.push({ begun: { ...statement, since } });
  }

  end({ id, since }: FactRow, until: number): void {
    this.list.push({ ended: { id, since, until } });
  }

  /** A statement takes the place of a fact at that time. */
  replace({ id, since: begun }: FactRow, statement: OwnerStatement, since: number): void {
    this.list.push({ ended: { id, since: begun, until: since }, begun: { ...statement, since } });
  }

  /** EC2 shows again what it did not show, or could not be asked for, in between. */
  hold({ id, since, until }: FactRow): void {
    if (until !== undefined) {
      this.list.push({ ended: { id, since, until: null } });
    }
  }
}

/**
 * What changes in the facts of a region by what EC2 says now. `lastRead`: when its last reading began. Times are Unix seconds.
 *
 * - An address that was there then and is not now ended with that reading. A new one begins now; of an interface that is new
 *   itself with its attachment.
 * - An interface holds from its attachment, or ever, until it is no longer there: it never changes its subnet, and its records
 *   come up to its last minute. An instance begins with its attachment; all else that is new of it was not known before.
 * - The CIDRs of a VPC hold ever if the region was not read before, else since the last reading, until they are no longer there.
 */
export function ownerChanges(known: KnownFacts, seen: SeenOwners, lastRead: number | undefined): OwnerChange[] {
  const changes = new Changes();
  if (seen.addresses && seen.interfaces) {
    const places = latestPlaces(known.interface);
    const isNew = ({ interface: id }: InterfaceStatement) => !places.has(id);
    const attached = new Map(seen.interfaces.filter(isNew).map((one) => [one.interface, one.attached]));
    compare(changes, known.address, seen.addresses, {
      since: (fact) => attached.get(fact.interface) ?? seen.began,
      until: ({ since }) => lastRead ?? since,
    });
    // Behind the addresses: an interface whose addresses were not all noted, because the process ended, stays new.
    compareInterfaces(changes, places, seen.interfaces, seen);
  }
  if (seen.vpcs) {
    const since = known.vpc.length === 0 ? 0 : (lastRead ?? 0);
    compare(changes, known.vpc, seen.vpcs, { since: () => since, until: () => seen.ended });
  }
  return changes.list;
}

/** Compares facts that are either said or not. */
function compare<S extends OwnerStatement>(
  changes: Changes,
  known: readonly FactRow[],
  seen: readonly S[],
  times: { readonly since: (statement: S) => number; readonly until: (fact: FactRow) => number }
): void {
  const before = new Map(known.map((fact) => [statementText(fact), fact]));
  // The same interface may come on two pages.
  const now = new Map(seen.map((statement) => [statementText(statement), statement]));
  // First, so that no version made meanwhile has two owners of one address.
  for (const [text, fact] of before) {
    if (!now.has(text) && fact.until === undefined) {
      changes.end(fact, times.until(fact));
    }
  }
  for (const [text, statement] of now) {
    const fact = before.get(text);
    if (fact) {
      changes.hold(fact);
    } else {
      changes.begin(statement, times.since(statement));
    }
  }
}

function compareInterfaces(
  changes: Changes,
  places: ReadonlyMap<string, InterfaceRow>,
  seen: readonly InterfaceStatement[],
  { began, ended }: Pick<SeenOwners, 'began' | 'ended'>
): void {
  const now = new Map(seen.map((one) => [one.interface, one]));
  for (const { attached, ...statement } of now.values()) {
    const before = places.get(statement.interface);
    if (!before) {
      changes.begin(statement, attached ?? 0);
      continue;
    }
    // Subnets may be denied this time.
    const place = statement.zone === MISSING ? { ...statement, zone: before.zone } : statement;
    if (statementText(place) === statementText(before)) {
      changes.hold(before);
    } else if (place.instance === before.instance) {
      changes.replace(before, place, before.since);
    } else {
      const moved = place.instance === MISSING ? began : Math.max(attached ?? began, before.since);
      changes.replace(before, place, moved);
    }
  }
  for (const [id, fact] of places) {
    if (!now.has(id) && fact.until === undefined) {
      changes.end(fact, ended);
    }
  }
}

/** The last place of each interface. */
function latestPlaces(known: readonly FactRow[]): Map<string, InterfaceRow> {
  const places = new Map<string, InterfaceRow>();
  const end = ({ until }: FactRow) => until ?? Infinity;
  for (const fact of known) {
    if (fact.kind === 'interface') {
      const other = places.get(fact.interface);
      places.set(fact.interface, other && end(other) > end(fact) ? other : fact);
    }
  }
  return places;
}
