import { useMutation, useQueryClient } from '@tanstack/react-query';

import { readSettings, writeSettings } from '../../api/settings';
import { useMayWrite } from '../../setup/useInstall';
import { connect, test } from './connect';
import type { ConnectionForm } from './Connection.utils';

/** Tests the connected sidecar, or tries another one and connects it if it works. */
export function useConnect() {
  const queries = useQueryClient();
  const { refetch: askMayWrite } = useMayWrite();
  return useMutation({
    /** Undefined: test the connected sidecar. */
    mutationFn: (form: ConnectionForm | undefined) =>
      form ? connect(form.sidecarUrl, form.token === '' ? undefined : form.token) : test(),
    // All cached data came from the previous sidecar, or failed.
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
