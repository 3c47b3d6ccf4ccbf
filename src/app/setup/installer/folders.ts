import { z } from 'zod';

import { grafana, ifThere } from '../../api/grafana';
import type { Item } from './items';

/** A folder, by its uid. */
export async function folderItem(folder: { readonly uid: string; readonly title: string }): Promise<Item> {
  const there = await ifThere(grafana(z.object({ title: z.string() }), 'GET', `/api/folders/${folder.uid}`));
  const about = { kind: 'Folder', title: there?.title ?? folder.title } as const;
  return there
    ? { ...about, state: 'current' }
    : {
        ...about,
        state: 'missing',
        apply: async () => {
          await grafana(z.unknown(), 'POST', '/api/folders', { body: folder });
        },
      };
}
