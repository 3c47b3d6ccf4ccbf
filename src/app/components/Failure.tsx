import React from 'react';
import { Alert, Button, LinkButton, Stack } from '@grafana/ui';

import { toFailure, type FailureCode } from '../api/failure';
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

/** Says why something failed, and offers what helps: trying again, or the Connection tab to those who may see it. */
export function Failure({ title, error, onRetry }: Props) {
  const { code, message } = toFailure(error);
  const isConnection = OF_THE_CONNECTION.includes(code);
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
          {isConnection && isAdmin() && (
            <LinkButton variant="secondary" size="sm" icon="plug" href={tabUrl('connection')}>
              Open Connection
            </LinkButton>
          )}
        </Stack>
      </Stack>
    </Alert>
  );
}
