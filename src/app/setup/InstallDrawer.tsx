import React from 'react';
import { Alert, Button, Drawer, LoadingPlaceholder, Stack } from '@grafana/ui';

import { Failure } from '../components/Failure';
import { DrawerBody } from '../components/DrawerBody';
import { DataSourceFields, DATA_SOURCE_FORM } from './DataSourceFields';
import { asksForDataSource, dataSourceItem } from './installer/plan';
import { isDue } from './installer/items';
import { ItemList } from './ItemList';
import { summaryOf } from './Install.utils';
import { useInstall } from './useInstall';
import { WriteWarning } from './WriteWarning';

/** Shows what is to be put into Grafana, puts it there, and says item by item what it did. */
export function InstallDrawer({ onClose }: { onClose: () => void }) {
  const { plan, total, outcomes, isRunning, run } = useInstall();
  return (
    <Drawer
      title="Data source, dashboards and alerts"
      subtitle="What people changed in Grafana stays as they left it."
      size="md"
      onClose={onClose}
    >
      <DrawerBody>
        {plan.error && (
          <Failure title="Grafana does not say what it has" error={plan.error} onRetry={() => void plan.refetch()} />
        )}
        {!plan.data && !plan.error && <LoadingPlaceholder text="Looking at what Grafana has" />}
        {plan.data && (
          <Stack direction="column" gap={2}>
            <WriteWarning dataSource={plan.data.dataSource} />
            {asksForDataSource(plan.data) && !isRunning && (
              <DataSourceFields there={plan.data.dataSource} unreadable={plan.data.unreadable} onSubmit={run} />
            )}
            <div role="status" aria-live="polite">
              {isRunning ? (
                `${outcomes.length} of ${total}`
              ) : outcomes.length > 0 ? (
                <Alert
                  severity={outcomes.some(({ result }) => result === 'failed') ? 'error' : 'success'}
                  title={summaryOf(outcomes)}
                />
              ) : null}
            </div>
            <Buttons plan={plan.data} isRunning={isRunning} onRun={() => run()} onClose={onClose} />
            <ItemList items={[dataSourceItem(plan.data, undefined), ...plan.data.items]} outcomes={outcomes} />
          </Stack>
        )}
      </DrawerBody>
    </Drawer>
  );
}

type Plan = NonNullable<ReturnType<typeof useInstall>['plan']['data']>;

function Buttons({
  plan,
  isRunning,
  onRun,
  onClose,
}: {
  plan: Plan;
  isRunning: boolean;
  onRun: () => void;
  onClose: () => void;
}) {
  const due = plan.items.filter(isDue);
  const asks = asksForDataSource(plan);
  const verb = due.length > 0 && due.every(({ state }) => state === 'outdated') ? 'Update' : 'Install';
  return (
    <Stack gap={1}>
      {(asks || due.length > 0) && (
        <Button
          // What is asked for is checked first, and goes along.
          {...(asks ? { type: 'submit', form: DATA_SOURCE_FORM } : { onClick: onRun })}
          disabled={isRunning}
          icon={isRunning ? 'spinner' : 'import'}
        >
          {isRunning ? 'Working' : verb}
        </Button>
      )}
      <Button variant="secondary" onClick={onClose}>
        Close
      </Button>
    </Stack>
  );
}
