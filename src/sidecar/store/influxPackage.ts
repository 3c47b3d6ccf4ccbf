/** What is used of the `influx` package, to be imported when needed: bundled by itself, a CommonJS package loses its names. */
export { InfluxDB } from 'influx';
