import React from 'react';
import { Button, EmptyState, Text } from '@grafana/ui';

import { formatCount, formatCounted } from '../../reports/units';

/** How many of all are found, read out when it changes. `noun`: what they are, of one. */
export function FoundCount({ found, all, noun }: { found: number; all: number; noun: string }) {
  return (
    <span aria-live="polite">
      <Text color="secondary">
        {found === all ? formatCounted(all, noun) : `${formatCount(found)} of ${formatCounted(all, noun)}`}
      </Text>
    </span>
  );
}

interface NothingFoundProps {
  /** What is searched for. */
  search: string;
  onClear: () => void;
  /** Said and offered while nothing is searched for, where another filter leaves nothing. */
  otherwise?: { message: string; clear: string };
}

/** Stands in place of a table in which nothing is found. */
export function NothingFound({ search, onClear, otherwise }: NothingFoundProps) {
  const { message, clear } =
    otherwise && !search ? otherwise : { message: `Nothing matches “${search}”`, clear: 'Clear search' };
  return (
    <EmptyState
      variant="not-found"
      message={message}
      button={
        <Button variant="secondary" onClick={onClear}>
          {clear}
        </Button>
      }
    />
  );
}
