import React, { useState } from 'react';
import { Button, EmptyState, FilterInput, Stack, Text } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { AT_A_GLANCE, matching } from './Sources.utils';
import { NEW, useSourcesUrl } from './Sources.url';
import { SourcesTable } from './SourcesTable';
import { SwitchingProvider } from './Switching';

/** All sources, or how to begin when there is none. */
export function SourceList({ sources }: { sources: readonly SourceView[] }) {
  const { open, showFlowLog } = useSourcesUrl();
  const [search, setSearch] = useState('');
  const buttons = (
    <Stack gap={1} wrap="wrap" justifyContent="center">
      <Button icon="plus" onClick={() => open(NEW)}>
        Add an S3 source
      </Button>
      <Button variant="secondary" icon="file-alt" onClick={() => showFlowLog(NEW)}>
        Create a flow log
      </Button>
    </Stack>
  );
  if (sources.length === 0) {
    return (
      <EmptyState variant="call-to-action" message="No S3 source yet" button={buttons}>
        A source is a bucket that AWS delivers VPC flow logs to. Flowscope reads them from there, shows the traffic in
        its reports, and deletes what it has stored. No flow log yet? Create one first.
      </EmptyState>
    );
  }
  const found = matching(sources, search);
  const isShared = new Set(sources.map(({ collector }) => collector)).size > 1;
  return (
    <Stack direction="column" gap={2}>
      <Stack justifyContent="space-between" alignItems="center" wrap="wrap" gap={1}>
        <Text color="secondary">The buckets that AWS delivers flow logs to.</Text>
        {buttons}
      </Stack>
      {sources.length > AT_A_GLANCE && (
        <FilterInput
          escapeRegex={false}
          width={40}
          placeholder="Search by name, bucket or region"
          aria-label="Search sources"
          value={search}
          onChange={setSearch}
        />
      )}
      <SwitchingProvider>
        {found.length > 0 ? (
          <SourcesTable sources={found} isShared={isShared} />
        ) : (
          <EmptyState variant="not-found" message="No source matches the search">
            <Button variant="secondary" onClick={() => setSearch('')}>
              Clear search
            </Button>
          </EmptyState>
        )}
      </SwitchingProvider>
    </Stack>
  );
}
