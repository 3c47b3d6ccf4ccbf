import React from 'react';
import { Alert, Button, Stack } from '@grafana/ui';

import { toFailure } from '../api/failure';
import { Failure } from './Failure';

interface Props {
  /** What failed, as in "The limit was not changed". */
  title: string;
  /** The mutation; nothing is shown unless it failed. */
  change: { error: unknown; reset: () => void };
  /** Refetches what somebody else changed; input is kept. */
  onReload: () => unknown;
}

/** Why a change failed. After a conflict, offers to reload. */
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
        <span>Somebody else changed this in the meantime. Your input is kept.</span>
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
