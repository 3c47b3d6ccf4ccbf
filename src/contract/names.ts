/** Names that several rooms know. Without zod, because the registry's thread and every command load this file. */

/** The plugin's id in Grafana, as `src/plugin.json` has it. */
export const PLUGIN_ID = 'flowscope-awsflowlogs-app';

/** Stands in the ledger for a source where an object was imported from a file. */
export const IMPORT_SOURCE = 'import';

/** The collector that keeps the registry. It is the only one until others are added; its id is its name. */
export const PRIMARY_COLLECTOR = 'primary';

/** The names in a source's setting `collector`, in order. */
export const collectorsIn = (setting: string): string[] => setting.split(',').map((name) => name.trim());
