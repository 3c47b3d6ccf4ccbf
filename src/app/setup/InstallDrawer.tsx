import React, { useRef, useState } from 'react';
import { Alert, Button, Drawer, LoadingPlaceholder, Stack } from '@grafana/ui';

import { Failure } from '../components/Failure';
import { DrawerBody } from '../components/DrawerBody';
import { DataSourceFields, DATA_SOURCE_FORM } from './DataSourceFields';
import { asksForDataSource, dataSourceItem, type Plan } from './installer/plan';
import type { Item } from './installer/items';
import { ItemList } from './ItemList';
import { dueVerb, summaryOf } from './Install.utils';
import { ReadFailure } from './ReadFailure';
import { ReplaceModal } from './ReplaceModal';
import { useInstall } from './useInstall';
import { WriteWarning } from './WriteWarning';

/** Shows what is to be installed, installs it, and shows the result of each item. */
export function InstallDrawer({ onClose }: { onClose: () => void }) {
  const { plan, total, outcomes, isRunning, run, replacing, replace, lookAgain } = useInstall();
  const [asked, setAsked] = useState<Item>();
  const checkAgain = useRef<HTMLButtonElement>(null);
  const isBusy = isRunning || replacing !== undefined;
  return (
    <Drawer
      title="Data source, dashboards and alerts"
      subtitle="What was changed in Grafana is kept, unless you replace it with the shipped version."
      size="md"
      onClose={onClose}
    >
      <DrawerBody>
        {plan.error && (
          <Failure
            title="What is installed in Grafana cannot be read"
            error={plan.error}
            onRetry={() => void plan.refetch()}
          />
        )}
        {!plan.data && !plan.error && <LoadingPlaceholder text="Checking what is installed" />}
        {plan.data && (
          <Stack direction="column" gap={2}>
            <WriteWarning dataSource={plan.data.dataSource} />
            {!isRunning && <ReadFailure plan={plan.data} />}
            {asksForDataSource(plan.data) && (
              // Only hidden, so that input is kept if saving fails.
              <div hidden={isRunning}>
                <DataSourceFields there={plan.data.dataSource} onSubmit={run} />
              </div>
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
            <Stack gap={1} wrap="wrap">
              <RunButton plan={plan.data} isRunning={isRunning} isDisabled={isBusy} onRun={() => run()} />
              <Button
                ref={checkAgain}
                variant="secondary"
                icon="sync"
                disabled={isBusy || plan.isFetching}
                onClick={lookAgain}
              >
                {plan.isFetching && !isBusy ? 'Checking…' : 'Check again'}
              </Button>
              <Button variant="secondary" fill="text" onClick={onClose}>
                Close
              </Button>
            </Stack>
            <ItemList
              items={[dataSourceItem(plan.data), ...plan.data.items]}
              outcomes={outcomes}
              onReplace={isBusy ? undefined : setAsked}
              replacing={replacing}
            />
          </Stack>
        )}
      </DrawerBody>
      {asked && (
        <ReplaceModal
          item={asked}
          onConfirm={(item) => {
            setAsked(undefined);
            // The button that opened it has gone.
            void replace(item).then(() => checkAgain.current?.focus());
          }}
          onDismiss={() => setAsked(undefined)}
        />
      )}
    </Drawer>
  );
}

interface RunButtonProps {
  plan: Plan;
  isRunning: boolean;
  isDisabled: boolean;
  onRun: () => void;
}

/** Installs or updates what is due. */
function RunButton({ plan, isRunning, isDisabled, onRun }: RunButtonProps) {
  if (isRunning) {
    return (
      <Button disabled icon="spinner">
        Working
      </Button>
    );
  }
  const verb = dueVerb([dataSourceItem(plan), ...plan.items]);
  // With a form, the button submits it, so that it is validated first.
  const onPress = asksForDataSource(plan) ? { type: 'submit' as const, form: DATA_SOURCE_FORM } : { onClick: onRun };
  return (
    <Button icon={verb && 'import'} disabled={isDisabled || !verb} {...onPress}>
      {verb ?? 'Nothing to do here'}
    </Button>
  );
}
