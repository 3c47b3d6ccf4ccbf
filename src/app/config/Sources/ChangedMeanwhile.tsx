import React, { useEffect, useRef, useState } from 'react';
import { Alert, Button, Stack } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { FIELDS, LABELS, sourceValues } from './sourceForm';

interface Props {
  /** The source as it is now, and as the form was filled from it. */
  now: SourceView;
  stored: SourceView;
  isDirty: boolean;
  /** Fills in what changed; what was typed stays. */
  merge: (now: SourceView) => void;
}

/** Keeps the form at what is stored. When somebody else changed that while one was typing, says so and what. */
export function ChangedMeanwhile({ now, stored, isDirty, merge }: Props) {
  const [seen, setSeen] = useState<string[]>();
  const isStale = now.version > stored.version;
  // Filling the form renders before what it was filled from is noted: once is enough.
  const merged = useRef(stored.version);
  useEffect(() => {
    if (isStale && !isDirty && merged.current < now.version) {
      merged.current = now.version;
      merge(now);
    }
  }, [isStale, isDirty, merge, now]);

  if (isStale && isDirty) {
    return (
      <Alert severity="warning" title="Somebody changed this source meanwhile">
        <Stack direction="column" gap={2} alignItems="flex-start">
          <span>What you typed is kept. Look at what changed, then save again.</span>
          <Button
            variant="secondary"
            size="sm"
            icon="sync"
            onClick={() => {
              setSeen(changes(stored, now));
              merge(now);
            }}
          >
            Reload and look again
          </Button>
        </Stack>
      </Alert>
    );
  }
  if (seen && isDirty) {
    return (
      <Alert severity="info" title="Reloaded: what you typed is still here" onRemove={() => setSeen(undefined)}>
        {seen.length === 0 ? 'Somebody enabled or disabled this source.' : `Somebody changed ${seen.join(' · ')}`}
      </Alert>
    );
  }
  return null;
}

/** What somebody else changed, each with what it is now. */
function changes(before: SourceView, now: SourceView): string[] {
  const [a, b] = [sourceValues(before), sourceValues(now)];
  return FIELDS.filter((name) => a[name] !== b[name]).map((name) => `${LABELS[name]}: ${String(b[name]) || 'none'}`);
}
