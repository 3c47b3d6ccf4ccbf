import React, { useState } from 'react';
import { Button, FieldSet, LoadingPlaceholder, Stack } from '@grafana/ui';

import { Failure } from '../components/Failure';
import { planSummary } from './Install.utils';
import { InstallDrawer } from './InstallDrawer';
import { dataSourceItem } from './installer/plan';
import { isDue } from './installer/items';
import { usePlan } from './useInstall';

/** How data source, dashboards and alert rules stand in Grafana; opens what installs and updates them. */
export function InGrafana() {
  const [isOpen, setIsOpen] = useState(false);
  const plan = usePlan();
  const items = plan.data && [dataSourceItem(plan.data, undefined), ...plan.data.items];
  return (
    <FieldSet label="Data source, dashboards and alerts">
      {plan.error ? (
        <Failure title="Grafana does not say what it has" error={plan.error} onRetry={() => void plan.refetch()} />
      ) : !items ? (
        <LoadingPlaceholder text="Looking at what Grafana has" />
      ) : (
        <Stack gap={2} alignItems="center" wrap="wrap">
          <span>{planSummary(items)}</span>
          <Button variant="secondary" onClick={() => setIsOpen(true)}>
            {items.some(isDue) ? 'Install or update' : 'Show'}
          </Button>
        </Stack>
      )}
      {isOpen && <InstallDrawer onClose={() => setIsOpen(false)} />}
    </FieldSet>
  );
}
