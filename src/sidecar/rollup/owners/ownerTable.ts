import type { OwnerFact } from './facts';

/** The owner facts of one version, made ready for look-ups. Plain data: it goes from thread to thread. */
export interface OwnerTables {
  readonly facts: readonly OwnerFact[];
}

/** The tables of these facts. */
export function buildOwnerTables(facts: Iterable<OwnerFact>): OwnerTables {
  return { facts: [...facts] };
}
