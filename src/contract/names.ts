/** Names that several rooms know. Without zod, because the registry's thread and every command load this file. */

/** The plugin's id in Grafana, as `src/plugin.json` has it. */
export const PLUGIN_ID = 'flowscope-awsflowlogs-app';

/** Stands in the ledger for a source where an object was imported from a file. */
export const IMPORT_SOURCE = 'import';
