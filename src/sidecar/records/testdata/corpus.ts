import type { Case } from './case';
import { FOREIGN } from './foreign';
import { LAYOUTS } from './layouts';
import { ORDERS } from './orders';
import { OBJECTS } from './shapes';
import { VERSIONS } from './versions';

/** Every kind of object that is known to lie in buckets: each version, key layout and shape, and all that can be wrong. */
export const CORPUS: readonly Case[] = [...VERSIONS, ...ORDERS, ...LAYOUTS, ...OBJECTS, ...FOREIGN];
