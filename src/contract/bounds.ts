/** Limits and defaults of settings. Not in the schemas, because the registry's thread and every command load them without zod. */

/** Maximum number of exporters beyond the limit that are remembered by id: there may be one per interface. */
export const MAX_OVERFLOW_IDS = 1000;
/** Maximum number of exporters that one request changes. */
export const MAX_CHANGED = 1000;
/** Range of the limit on exporters. */
export const EXPORTER_LIMITS = { min: 1, max: 10_000 } as const;
