import { z } from 'zod';

import { DASHBOARDS } from '../../../reports/dashboards';
import { grafana } from '../../api/grafana';
import { hashOf } from './hash';
import type { Item } from './items';

/** The parts of a dashboard's JSON that the installer reads. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
}

export const DASHBOARD_FOLDER = { uid: 'flowscope', title: 'Flowscope' };

/**
 * Stored in each dashboard: the hash of its content as shipped, and the version number of our save. Grafana counts every save,
 * so another number means that somebody saved since. Contents cannot be compared, because Grafana migrates what it reads.
 */
const note = z.object({ hash: z.string(), save: z.number() });

const stored = z.object({
  dashboard: z.looseObject({ version: z.number(), flowscope: z.unknown().optional() }),
  meta: z.object({ provisioned: z.boolean().optional(), folderUid: z.string().optional() }),
});

const found = z.array(z.object({ uid: z.string() }));
const ASKED = DASHBOARDS.map(({ uid }) => `dashboardUIDs=${uid}`).join('&');

/** Uids of our dashboards that are installed and visible to the user. Throws GrafanaFailure. */
export async function installedDashboards(signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const there = await grafana(found, 'GET', `/api/search?type=dash-db&${ASKED}`, { signal });
  return new Set(there.map(({ uid }) => uid));
}

/** State of each dashboard in Grafana, and how to install or update it. */
export async function dashboardItems(shipped: readonly Dashboard[]): Promise<Item[]> {
  const there = await installedDashboards();
  return Promise.all(shipped.map((one) => dashboardItem(one, there.has(one.uid))));
}

async function dashboardItem(shipped: Dashboard, isThere: boolean): Promise<Item> {
  const about = { kind: 'Dashboard', title: shipped.title } as const;
  const hash = hashOf(shipped);
  if (!isThere) {
    return { ...about, state: 'missing', apply: () => save(shipped, DASHBOARD_FOLDER.uid, hash) };
  }
  const { dashboard, meta } = await grafana(stored, 'GET', `/api/dashboards/uid/${shipped.uid}`);
  if (meta.provisioned) {
    return { ...about, state: 'files' };
  }
  const { version } = dashboard;
  // Keep the folder that people moved it to.
  const { folderUid = DASHBOARD_FOLDER.uid } = meta;
  const update = () => save(shipped, folderUid, hash, version);
  const noted = note.safeParse(dashboard.flowscope);
  if (!noted.success || noted.data.save !== version) {
    return { ...about, state: 'changed', replace: update };
  }
  return noted.data.hash === hash ? { ...about, state: 'current' } : { ...about, state: 'outdated', apply: update };
}

/**
 * `version`: the one it replaces, 0 for none; Grafana refuses if somebody saved in the meantime. If the dashboard was deleted in
 * the meantime, Grafana creates it and counts from 1: a second save then corrects the stored version number.
 */
async function save(shipped: Dashboard, folderUid: string, hash: string, version = 0): Promise<void> {
  const now = await saveOnce(shipped, folderUid, hash, version);
  if (now !== version + 1) {
    await saveOnce(shipped, folderUid, hash, now);
  }
}

const saved = z.object({ version: z.number() });

/** Resolves to the version number of the save. */
async function saveOnce(shipped: Dashboard, folderUid: string, hash: string, version: number): Promise<number> {
  const flowscope: z.infer<typeof note> = { hash, save: version + 1 };
  const body = {
    dashboard: { ...shipped, editable: true, flowscope, version },
    folderUid,
    overwrite: false,
    message: 'Installed by Flowscope',
  };
  return (await grafana(saved, 'POST', '/api/dashboards/db', { body })).version;
}
