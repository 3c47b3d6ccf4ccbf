import React from 'react';
import { Alert, Button, LinkButton, Stack } from '@grafana/ui';

import { isOfConnection, toFailure } from '../api/failure';
import { isConnected } from '../api/settings';
import { useSettings } from '../api/useSettings';
import { isAdmin, tabUrl } from '../plugin';

interface Props {
  /** What failed, as in "The sources cannot be shown". */
  title: string;
  error: unknown;
  /** Retries; without it there is no button. */
  onRetry?: () => void;
}

/**
 * Shows why something failed, with a button to retry and, for administrators, a link to the Connection tab. Before a sidecar
 * is connected, says so instead.
 */
export function Failure({ title, error, onRetry }: Props) {
  const { message } = toFailure(error);
  const isConnection = isOfConnection(error);
  // Reading the settings may be what failed: retrying on mount would repeat that endlessly.
  const settings = useSettings({ enabled: isConnection, retryOnMount: false });
  if (settings.isLoading) {
    return null;
  }
  if (isConnection && settings.data && !isConnected(settings.data)) {
    return <NotConnected />;
  }
  return (
    <Alert title={title} severity="error">
      <Stack direction="column" gap={2} alignItems="flex-start">
        <span>{message}</span>
        {isConnection && !isAdmin() && <span>Ask an administrator of Flowscope to look at its connection.</span>}
        <Stack gap={1}>
          {onRetry && (
            <Button variant="secondary" size="sm" icon="sync" onClick={onRetry}>
              Try again
            </Button>
          )}
          {isConnection && isAdmin() && <OpenConnection />}
        </Stack>
      </Stack>
    </Alert>
  );
}

function NotConnected() {
  return (
    <Alert title="Not connected yet" severity="info">
      <Stack direction="column" gap={2} alignItems="flex-start">
        <span>
          {isAdmin() ? 'Connect the sidecar first.' : 'Ask an administrator of Flowscope to connect it to its sidecar.'}
        </span>
        {isAdmin() && <OpenConnection />}
      </Stack>
    </Alert>
  );
}

function OpenConnection() {
  return (
    <LinkButton variant="secondary" size="sm" icon="plug" href={tabUrl('connection')}>
      Open Connection
    </LinkButton>
  );
}
