/** What the demo, the tests and the benchmark run besides Flowscope: a real InfluxDB, moto as AWS, and Grafana. */
export { capture, run, which } from './lib/commands';
export { environment, Flowscope } from './lib/flowscope';
export { startGrafana } from './lib/grafana';
export { startInflux } from './lib/influx';
export {
  ensureAwsTools,
  ensureChromium,
  ensureFlowlogsReader,
  ensureInflux,
  ensureMoto,
  ensureSchemathesis,
} from './lib/install';
export { MACHINES_ATTACHED_AGO, startMoto } from './lib/moto';
export {
  endOnSignals,
  freePort,
  isEnding,
  retryOnTakenPort,
  ServiceError,
  startService,
  stopAll,
  waitUntilAnswering,
  type Service,
} from './lib/processes';
