import { useMutation, useQueryClient } from '@tanstack/react-query';

import { readSettings, writeSettings } from '../../api/settings';
import { useMayWrite } from '../../setup/useInstall';
import { connect, test } from './connect';
import type { ConnectionForm } from './Connection.utils';

/** Tries what is connected, or connects something else: what works takes the place of what was. */
export function useConnect() {
  const queries = useQueryClient();
  const { refetch: askMayWrite } = useMayWrite();
  return useMutation({
    /** Undefined: what is connected. */
    mutationFn: (form: ConnectionForm | undefined) =>
      form ? connect(form.sidecarUrl, form.token === '' ? undefined : form.token) : test(),
    // Everything that was read came from the sidecar before, or failed.
    onSuccess: () => Promise.all([askMayWrite(), queries.invalidateQueries()]),
  });
}

/** Enables the plugin. Grafana shows its pages once it is loaded again. */
export function useEnable() {
  return useMutation({
    mutationFn: async () => {
      const settings = await readSettings();
      await writeSettings(settings, { enabled: true, pinned: true });
    },
    onSuccess: () => page.reload(),
  });
}

/** The browser's page. */
export const page = { reload: () => window.location.reload() };
