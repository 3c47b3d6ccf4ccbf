/** Bounds of what people set, apart from the schemas: the registry's thread and every command load these, few load zod. */

/** So many exporters beyond the limit are known by id: there may be one per interface. */
export const MAX_OVERFLOW_IDS = 1000;
/** The most that are changed at once. */
export const MAX_CHANGED = 1000;
/** What the limit of exporters may be set to. */
export const EXPORTER_LIMITS = { min: 1, max: 10_000 } as const;
