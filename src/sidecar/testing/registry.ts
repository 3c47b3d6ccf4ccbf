import { createHash } from 'node:crypto';
import type { Proposal } from '../registry/plans';
import { openRegistry, type Registry } from '../registry/registry';
import { NOON, TERMS } from './reference/rollUp';

/** A registry in memory, closed after each test. Call it inside `describe`. */
export function registryForTests(): () => Registry {
  let registry: Registry;
  beforeEach(() => {
    registry = openRegistry(':memory:');
  });
  afterEach(() => registry.close());
  return () => registry;
}

/** A hash of its own for each name, as that of an object's content. */
export const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex');

/** An exporter as a proposal names it. */
export function exporter(id: string, decision: 'count' | 'drop' | 'overflow' = 'count') {
  return { id, account: id.split('/')[0], from: 'vpc' as const, decision };
}

/** A proposal of an object with one exporter, one part and one hour. */
export function proposal(changes: Partial<Proposal> = {}): Proposal {
  return {
    sourceId: (changes.terms ?? TERMS).sourceId,
    identity: 'a.log.gz',
    sha256: 'a'.repeat(64),
    size: 1000,
    terms: TERMS,
    exporters: [exporter('111122223333/vpc-1')],
    offsets: [7],
    hours: [NOON],
    entities: [],
    ...changes,
  };
}
