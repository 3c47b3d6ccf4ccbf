/** Limits and defaults of settings. Not in the schemas, because the registry's thread and every command load them without zod. */

/** Maximum number of exporters beyond the limit that are remembered by id: there may be one per interface. */
export const MAX_OVERFLOW_IDS = 1000;
/** Maximum number of exporters that one request changes. */
export const MAX_CHANGED = 1000;
/** Range of the limit on exporters. */
export const EXPORTER_LIMITS = { min: 1, max: 10_000 } as const;

/**
 * An exporter whose newest records ended so long ago is late: AWS delivers every five minutes, within fifteen minutes. Seconds, as
 * with `late` and `silent` of flow logs.
 */
export const EXPORTER_LATE = 1200;
/** An exporter of which nothing came for so long is silent. Seconds. */
export const EXPORTER_SILENT = 3600;
