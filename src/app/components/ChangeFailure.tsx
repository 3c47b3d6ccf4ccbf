import React from 'react';
import { Alert, Button, Stack } from '@grafana/ui';

import { toFailure } from '../api/failure';
import { Failure } from './Failure';

interface Props {
  /** What could not be done, as in "The limit was not changed". */
  title: string;
  /** The change; nothing is shown unless it failed. */
  change: { error: unknown; reset: () => void };
  /** Reads again what somebody else changed; what was typed stays. */
  onReload: () => unknown;
}

/** Why a change was refused. When somebody else was faster: says so, and offers to look again. */
export function ChangeFailure({ title, change: { error, reset }, onReload }: Props) {
  if (!error) {
    return null;
  }
  if (toFailure(error).code !== 'stale') {
    return <Failure title={title} error={error} />;
  }
  return (
    <Alert title={title} severity="warning">
      <Stack direction="column" gap={2} alignItems="flex-start">
        <span>Somebody changed this meanwhile. What you typed or chose is kept.</span>
        <Button
          variant="secondary"
          size="sm"
          icon="sync"
          onClick={() => {
            reset();
            void onReload();
          }}
        >
          Reload and look again
        </Button>
      </Stack>
    </Alert>
  );
}
