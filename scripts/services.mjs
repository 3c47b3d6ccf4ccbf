/** What the demo and the tests run beside Flowscope: a real InfluxDB, moto as AWS, and Grafana. No dependencies. */
export { startGrafana } from './lib/grafana.mjs';
export { startInflux } from './lib/influx.mjs';
export { bundledNode, ensureChromium, ensureInflux, ensureMoto, ensureNpmPackages } from './lib/install.mjs';
export { startMoto } from './lib/moto.mjs';
export { freePort, ServiceError, stopAll } from './lib/processes.mjs';
