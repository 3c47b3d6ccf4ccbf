import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreUser } from '../../scripts/demo/influx';
import { hashOf } from '../../src/app/setup/installer/hash';
import { PLUGIN_ID } from '../../src/contract/names';
import type { Person } from './description';

const DASHBOARDS = 'provisioning/dashboards';

/** Where the plugin finds the sidecar. */
export interface Connection {
  readonly url: string;
  readonly token: string;
}

/** Where Grafana finds InfluxDB, and as whom it reads. */
export interface Store {
  readonly url: string;
  readonly reader: StoreUser;
}

/**
 * An organization of its own in a Grafana: with settings of the plugin, data sources, dashboards, rules and people of its
 * own, so that specs do not get into each other's way, nor into that of whoever uses the Grafana. Every call throws when
 * Grafana refuses it.
 */
export class Organization {
  private readonly users: number[] = [];

  private constructor(
    private readonly grafanaUrl: string,
    private readonly root: Person,
    private readonly id: number,
    readonly admin: Person
  ) {}

  /** Makes an empty one with an administrator. `root`: an administrator of Grafana itself. */
  static async create(grafanaUrl: string, root: Person): Promise<Organization> {
    const name = `flowscope-${randomUUID().slice(0, 8)}`;
    const { orgId } = await call<{ orgId: number }>(grafanaUrl, root, 'POST', '/api/orgs', { name });
    const admin = { user: `admin-${name}`, password: randomUUID() };
    const organization = new Organization(grafanaUrl, root, orgId, admin);
    await organization.add(admin, 'Admin');
    return organization;
  }

  /** Adds a person with a role. */
  async add({ user, password }: Person, role: 'Admin' | 'Viewer'): Promise<Person> {
    const body = { name: user, login: user, password, OrgId: this.id };
    const { id } = await this.callAs<{ id: number }>(this.root, 'POST', '/api/admin/users', body);
    this.users.push(id);
    await this.callAs(this.root, 'PATCH', `/api/orgs/${this.id}/users/${id}`, { role });
    return { user, password };
  }

  /** Adds a viewer. */
  addViewer(): Promise<Person> {
    return this.add({ user: `viewer-${randomUUID().slice(0, 8)}`, password: randomUUID() }, 'Viewer');
  }

  /** Enables the plugin, with what its Connection tab asks for. */
  async connect({ url, token }: Connection): Promise<void> {
    await this.call('POST', `/api/plugins/${PLUGIN_ID}/settings`, {
      ...{ enabled: true, pinned: true, jsonData: { sidecarUrl: url }, secureJsonData: { token } },
    });
  }

  /** The data source and the dashboards, as they are shipped. */
  async addReports({ url, reader }: Store): Promise<void> {
    await this.call('POST', '/api/datasources', {
      ...{
        name: 'Flowscope',
        uid: 'flowscope-influxdb',
        type: 'influxdb',
        access: 'proxy',
        url,
        user: reader.username,
      },
      jsonData: { version: 'InfluxQL', dbName: 'flowscope', httpMode: 'POST', timeInterval: '1m' },
      secureJsonData: { password: reader.password },
    });
    const { uid: folderUid } = await this.call<{ uid: string }>('POST', '/api/folders', { title: 'Flowscope' });
    for (const file of readdirSync(DASHBOARDS).filter((name) => name.endsWith('.json'))) {
      const shipped = JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8')) as object;
      // Marks them as the installer does, so that it recognises them as shipped.
      const dashboard = { ...shipped, editable: true, flowscope: { hash: hashOf(shipped), save: 1 } };
      await this.call('POST', '/api/dashboards/db', { dashboard, folderUid, overwrite: false });
    }
  }

  /** Deletes the organization and its people. */
  async remove(): Promise<void> {
    for (const id of this.users) {
      await this.callAs(this.root, 'DELETE', `/api/admin/users/${id}`);
    }
    await this.callAs(this.root, 'DELETE', `/api/orgs/${this.id}`);
  }

  /** Sends a request to Grafana as the administrator of this organization. */
  call<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    return this.callAs<T>(this.admin, method, path, body);
  }

  private callAs<T>(person: Person, method: string, path: string, body?: object): Promise<T> {
    return call<T>(this.grafanaUrl, person, method, path, body);
  }
}

async function call<T>(url: string, { user, password }: Person, method: string, path: string, body?: object) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`Grafana refused ${method} ${path}: ${response.status} ${text}`);
  }
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
