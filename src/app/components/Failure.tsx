import React from 'react';
import { Alert, Button, LinkButton, Stack } from '@grafana/ui';

import { toFailure, type FailureCode } from '../api/failure';
import { isConnected } from '../api/settings';
import { useSettings } from '../api/useSettings';
import { isAdmin, tabUrl } from '../plugin';

/** Failures that the Connection tab mends. */
const OF_THE_CONNECTION: readonly FailureCode[] = ['unreachable', 'not-connected', 'unauthorized'];

interface Props {
  /** What could not be done, as in "The sources cannot be shown". */
  title: string;
  error: unknown;
  /** Tries again; without it there is no button. */
  onRetry?: () => void;
}

/**
 * Says why something failed, and offers what helps: trying again, or the Connection tab to those who may see it. That nothing
 * answers is no failure before anybody said where the sidecar is.
 */
export function Failure({ title, error, onRetry }: Props) {
  const { code, message } = toFailure(error);
  const isConnection = OF_THE_CONNECTION.includes(code);
  // That the settings cannot be read may be the very failure: read again for it, they would fail again without end.
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
          {isAdmin()
            ? 'Say where the sidecar is first.'
            : 'Ask an administrator of Flowscope to connect it to its sidecar.'}
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
