import { z } from 'zod';

import { DASHBOARDS } from '../../../reports/dashboards';
import { grafana } from '../../api/grafana';
import { hashOf } from './hash';
import type { Item } from './items';

/** Grafana's JSON of a dashboard, as far as it is looked at. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
}

export const DASHBOARD_FOLDER = { uid: 'flowscope', title: 'Flowscope' };

/**
 * What is noted in each dashboard: its content as shipped, and the number of the save that put it there. Grafana counts every
 * save, so another number says that somebody saved since. Comparing contents would not do: Grafana migrates what it reads.
 */
const note = z.object({ hash: z.string(), save: z.number() });

const stored = z.object({
  dashboard: z.looseObject({ version: z.number(), flowscope: z.unknown().optional() }),
  meta: z.object({ provisioned: z.boolean().optional(), folderUid: z.string().optional() }),
});

const found = z.array(z.object({ uid: z.string() }));
const ASKED = DASHBOARDS.map(({ uid }) => `dashboardUIDs=${uid}`).join('&');

/** The uids of our dashboards that are there, of those whoever asks may see. Throws GrafanaFailure. */
export async function installedDashboards(signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const there = await grafana(found, 'GET', `/api/search?type=dash-db&${ASKED}`, { signal });
  return new Set(there.map(({ uid }) => uid));
}

/** How each dashboard stands in Grafana, and what would bring it there. */
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
  // Where it was moved to is theirs.
  const { folderUid = DASHBOARD_FOLDER.uid } = meta;
  const update = () => save(shipped, folderUid, hash, version);
  const noted = note.safeParse(dashboard.flowscope);
  if (!noted.success || noted.data.save !== version) {
    return { ...about, state: 'changed', replace: update };
  }
  return noted.data.hash === hash ? { ...about, state: 'current' } : { ...about, state: 'outdated', apply: update };
}

/**
 * `version`: the one it replaces, 0 for none; Grafana refuses when somebody saved meanwhile. What was deleted meanwhile it
 * creates, and counts its saves from 1: what was noted is put right by a second save then.
 */
async function save(shipped: Dashboard, folderUid: string, hash: string, version = 0): Promise<void> {
  const now = await saveOnce(shipped, folderUid, hash, version);
  if (now !== version + 1) {
    await saveOnce(shipped, folderUid, hash, now);
  }
}

const saved = z.object({ version: z.number() });

/** Answers the number that the save got. */
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
