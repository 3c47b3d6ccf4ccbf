import React, { useState } from 'react';
import { Button, Collapse, Stack } from '@grafana/ui';

import { formatCount, formatCounted } from '../../../reports/units';

/** A part of the tab that is there, and fetched, only once it is opened. */
export function CollapsedPart({ label, children }: { label: string; children: React.ReactNode }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Collapse label={label} isOpen={isOpen} onToggle={setIsOpen}>
      {isOpen && children}
    </Collapse>
  );
}

interface ShowOlderProps {
  shown: number;
  total: number;
  /** What is counted: `line`. */
  noun: string;
  pages: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

/** Says how many of the newest entries are shown, and fetches those before them. */
export function ShowOlder({ shown, total, noun, pages }: ShowOlderProps) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  return (
    <Stack gap={2} alignItems="center" wrap="wrap">
      <span>
        {formatCount(shown)} of {formatCounted(total, noun)}
      </span>
      {hasNextPage && (
        <Button variant="secondary" size="sm" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Reading' : 'Show older'}
        </Button>
      )}
    </Stack>
  );
}
