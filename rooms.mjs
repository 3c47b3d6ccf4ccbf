/**
 * The rooms (folders) and what each may import: arrows point one way. ESLint holds the code to these tables,
 * `src/structure.test.ts` the folders, the README and docs/architecture.md.
 */

/** The rooms in src. */
export const ROOMS = {
  contract: [],
  reports: ['contract'],
  dashboards: ['reports', 'contract'],
  app: ['contract', 'reports'],
};

/** What the browser and the sidecar share, and small tools without any knowledge of the product. */
const SHARED = ['contract', 'reports', 'util'];

/** The rooms in src/sidecar, from the bottom up. main.ts starts cli; threads.ts is what threads run. */
export const SIDECAR_ROOMS = {
  util: [],
  records: ['contract'],
  rollup: ['records', 'contract'],
  completeness: ['records'],
  store: ['rollup', ...SHARED],
  registry: ['records', 'rollup', ...SHARED],
  aws: ['records', ...SHARED],
  generate: ['records', 'aws', ...SHARED],
  reporting: ['records', 'rollup', 'store', ...SHARED],
  entities: ['records', 'rollup', 'store', 'registry', 'aws', ...SHARED],
  collect: ['records', 'rollup', 'completeness', 'store', 'registry', 'aws', 'entities', ...SHARED],
  inspect: ['records', 'rollup', 'store', 'registry', 'aws', 'collect', ...SHARED],
  http: ['rollup', 'store', 'registry', 'aws', 'reporting', 'entities', 'collect', 'inspect', ...SHARED],
  service: ['records', 'rollup', 'store', 'registry', 'aws', 'entities', 'collect', 'http', ...SHARED],
  cli: [
    ...['records', 'rollup', 'store', 'registry', 'aws', 'generate', 'reporting', 'entities', 'collect', 'inspect'],
    ...['service', ...SHARED],
  ],
};
