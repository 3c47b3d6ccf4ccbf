import React, { useState } from 'react';
import { Button, FieldSet, LoadingPlaceholder, Stack } from '@grafana/ui';

import { Failure } from '../components/Failure';
import { dueVerb, planSummary } from './Install.utils';
import { InstallDrawer } from './InstallDrawer';
import { dataSourceItem } from './installer/plan';
import { ReadFailure } from './ReadFailure';
import { useInstallPlan } from './useInstall';

/** State of data source, dashboards and alert rules in Grafana, with a button to install or update them. */
export function InGrafana() {
  const [isOpen, setIsOpen] = useState(false);
  const plan = useInstallPlan();
  const items = plan.data && [dataSourceItem(plan.data), ...plan.data.items];
  return (
    <FieldSet label="Data source, dashboards and alerts">
      {plan.error ? (
        <Failure
          title="What is installed in Grafana cannot be read"
          error={plan.error}
          onRetry={() => void plan.refetch()}
        />
      ) : !items ? (
        <LoadingPlaceholder text="Checking what is installed" />
      ) : (
        <Stack gap={2} alignItems="center" wrap="wrap">
          <span>{planSummary(items)}</span>
          <Stack gap={1}>
            <Button variant="secondary" onClick={() => setIsOpen(true)}>
              {dueVerb(items) ?? 'Show'}
            </Button>
            <Button
              variant="secondary"
              fill="text"
              icon="sync"
              disabled={plan.isFetching}
              onClick={() => void plan.refetch()}
            >
              {plan.isFetching ? 'Checking…' : 'Check again'}
            </Button>
          </Stack>
        </Stack>
      )}
      {plan.data && <ReadFailure plan={plan.data} />}
      {isOpen && <InstallDrawer onClose={() => setIsOpen(false)} />}
    </FieldSet>
  );
}
