/** The InfluxDB of the demo, which asks for passwords like one in production should: Grafana may only read. */
import { randomBytes } from 'node:crypto';
import { startInflux } from '../lib/influx';
import { ServiceError, type LogOptions, type Service } from '../lib/processes';

const DATABASE = 'flowscope';

/** A user of InfluxDB. */
export interface StoreUser {
  readonly username: string;
  readonly password: string;
}

/** An InfluxDB with a user for the sidecar, which may do everything, and one for Grafana, which may only read. */
export interface DemoInflux extends Service {
  readonly admin: StoreUser;
  readonly reader: StoreUser;
}

/**
 * Starts InfluxDB with both users. `dir` takes data, configuration and log. Throws a ServiceError if it does not start or
 * does not create the users.
 */
export async function startDemoInflux(dir: string, onLine?: LogOptions['onLine']): Promise<DemoInflux> {
  const influx = await startInflux({ dir, isAuthenticated: true, onLine });
  const admin = newUser('flowscope');
  const reader = newUser('grafana');
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

function newUser(username: string): StoreUser {
  return { username, password: randomBytes(16).toString('hex') };
}

async function query(url: string, { username, password }: StoreUser, statement: string): Promise<void> {
  const response = await fetch(`${url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: statement }),
    headers: { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
  });
  const answer = await response.text();
  if (!response.ok || answer.includes('"error"')) {
    throw new ServiceError(`InfluxDB refused to create its users: ${answer}`);
  }
}
