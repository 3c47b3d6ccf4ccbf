import { z } from 'zod';

import { grafana } from '../../api/grafana';
import type { Item } from './items';

interface Folder {
  readonly uid: string;
  readonly title: string;
}

/** State of the folders, by uid: people may rename and move them. */
export async function folderItems(folders: readonly Folder[]): Promise<Item[]> {
  const there = await grafana(z.array(z.object({ uid: z.string() })), 'GET', '/api/search?type=dash-folder&limit=5000');
  return folders.map((folder) =>
    folderItem(
      folder,
      there.some(({ uid }) => uid === folder.uid)
    )
  );
}

function folderItem(folder: Folder, isThere: boolean): Item {
  const about = { kind: 'Folder', title: folder.title } as const;
  return isThere
    ? { ...about, state: 'current' }
    : {
        ...about,
        state: 'missing',
        apply: async () => {
          await grafana(z.unknown(), 'POST', '/api/folders', { body: folder });
        },
      };
}
