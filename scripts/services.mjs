/** What the demo, the tests and the benchmark run beside Flowscope: a real InfluxDB, moto as AWS, and Grafana. No dependencies. */
export { environment } from './lib/flowscope.mjs';
export { startGrafana } from './lib/grafana.mjs';
export { startInflux } from './lib/influx.mjs';
export {
  bundledNode,
  ensureChromium,
  ensureFlowlogsReader,
  ensureInflux,
  ensureMoto,
  ensureNpmPackages,
} from './lib/install.mjs';
export { startMoto } from './lib/moto.mjs';
export {
  endOnSignals,
  freePort,
  isEnding,
  retryOnTakenPort,
  ServiceError,
  startService,
  stopAll,
  waitUntilAnswering,
} from './lib/processes.mjs';
export { capture, run, which } from './lib/run.mjs';
