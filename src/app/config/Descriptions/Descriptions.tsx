import React from 'react';
import { LoadingPlaceholder, Stack } from '@grafana/ui';

import { Failure } from '../../components/Failure';
import { TabBody } from '../../components/TabBody';
import { Accounts } from './Accounts';
import { useSync, useSyncState } from './Descriptions.hooks';
import { Entities } from './Entities';
import { Networks } from './Networks';
import { SyncSection } from './SyncSection';

/** The Descriptions tab: syncs, accounts, and the entities found. */
export function Descriptions() {
  const { data, error, refetch } = useSyncState();
  const sync = useSync();
  if (!data) {
    return error ? (
      <Failure title="Descriptions cannot be shown" error={error} onRetry={() => void refetch()} />
    ) : (
      <LoadingPlaceholder text="Loading descriptions" />
    );
  }
  return (
    <TabBody about="A description is the name that people know an entity by: an interface, an instance, a subnet or a VPC. A sync reads them from AWS. Reports look them up when they are opened, so that a new name shows over old data too.">
      {error && <Failure title="What is shown may be out of date" error={error} onRetry={() => void refetch()} />}
      <Stack direction="column" gap={5}>
        <SyncSection state={data} sync={sync} />
        <Accounts usual={data.regions} />
        <Networks />
        <Entities sync={sync} />
      </Stack>
    </TabBody>
  );
}
