/** The demo's InfluxDB, which asks for passwords as one in earnest should: Grafana may only read. */
import { randomBytes } from 'node:crypto';
import { startInflux } from './influx.mjs';
import { ServiceError } from './processes.mjs';

const DATABASE = 'flowscope';
const account = (username) => ({ username, password: randomBytes(16).toString('hex') });

/**
 * Starts InfluxDB with a user for the sidecar and one for Grafana.
 * @param {string} dir holds data, configuration and log
 * @returns what startInflux does, and both users
 * @throws ServiceError when it does not start, or refuses to make the users
 */
export async function startDemoInflux(dir) {
  const influx = await startInflux({ dir, isAuthenticated: true });
  const admin = account('flowscope');
  const reader = account('grafana');
  const statements = [
    // The first user needs no password yet.
    `CREATE USER "${admin.username}" WITH PASSWORD '${admin.password}' WITH ALL PRIVILEGES`,
    `CREATE DATABASE "${DATABASE}"`,
    `CREATE USER "${reader.username}" WITH PASSWORD '${reader.password}'`,
    `GRANT READ ON "${DATABASE}" TO "${reader.username}"`,
  ];
  for (const statement of statements) {
    await query(influx.url, admin, statement);
  }
  return { ...influx, admin, reader };
}

async function query(url, { username, password }, statement) {
  const response = await fetch(`${url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: statement }),
    headers: { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
  });
  const answer = await response.text();
  if (!response.ok || answer.includes('"error"')) {
    throw new ServiceError(`InfluxDB refused to make its users: ${answer}`);
  }
}
