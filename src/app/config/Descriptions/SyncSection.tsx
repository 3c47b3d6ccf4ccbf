import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Spinner, Stack, Switch, Text, useStyles2 } from '@grafana/ui';

import { formatCounted } from '../../../reports/units';
import { useInvalidate } from '../../api/useChange';
import { ChangeFailure } from '../../components/ChangeFailure';
import { Failure } from '../../components/Failure';
import { Ago } from '../../components/Times';
import { useSetHourly, type Syncing } from './Descriptions.hooks';
import { isRead, latestOf, type Sync, type SyncProgress, type SyncRegion } from './Descriptions.utils';
import { SyncTable } from './SyncTable';

const NONE: readonly SyncProgress[] = [];

/** Last and next sync, their result, and a button to sync now. */
export function SyncSection({ state, sync }: { state: Sync; sync: Syncing }) {
  const styles = useStyles2(getStyles);
  const { job, isRunning, error, start } = sync;
  const { lastRun } = state;
  // The previous result must not be shown for a running or failed sync.
  const result = job?.result ?? (isRunning || job?.state === 'failed' ? undefined : lastRun?.result);
  const progress = useMemo(() => latestOf(job?.progress ?? NONE), [job?.progress]);
  const regions: ReadonlyArray<SyncRegion | SyncProgress> = isRunning ? progress : (result?.regions ?? NONE);

  return (
    <section aria-labelledby="flowscope-sync">
      <Stack direction="column" gap={2}>
        <Stack justifyContent="space-between" alignItems="center" wrap="wrap" gap={2}>
          <Text element="h2" variant="h4" id="flowscope-sync">
            Sync
          </Text>
          <Button icon="sync" disabled={isRunning} onClick={() => void start()}>
            {isRunning ? 'Syncing…' : 'Sync now'}
          </Button>
        </Stack>
        <dl className={styles.facts}>
          <Fact name="Last run">
            <Ago at={lastRun?.finished} />
          </Fact>
          <Fact name="Last success">
            <Ago at={state.lastSuccess} />
          </Fact>
          <Fact name="Next run">{nextRun(state)}</Fact>
        </dl>
        <Hourly {...state} />
        <div aria-live="polite">
          {isRunning && (
            <Stack alignItems="center" gap={1}>
              <Spinner inline />
              <Text>{`Reading descriptions: ${done(progress)}`}</Text>
            </Stack>
          )}
          {result?.ok && <Text>{result.summary}</Text>}
        </div>
        {error && <Failure title="The sync cannot be followed" error={error} />}
        {job?.state === 'failed' && (
          <Alert severity="error" title="The sync failed">
            {job.error}
          </Alert>
        )}
        {result && !result.ok && (
          <Alert severity="error" title={result.summary}>
            {result.regions.length > 0 &&
              (result.regions.some(isRead)
                ? 'Everything else was read. Names that could not be read stay as they were.'
                : 'Nothing was read. All names stay as they were.')}
          </Alert>
        )}
        {regions.length > 0 && <SyncTable regions={regions} />}
      </Stack>
    </section>
  );
}

/** How many accounts and regions are read, of how many. */
function done(progress: readonly SyncProgress[]): string {
  const [first] = progress;
  return first === undefined
    ? 'signing in'
    : `${progress.filter(({ state }) => state === 'done').length} of ${formatCounted(first.of, 'region')} done`;
}

function nextRun({ hourly, nextRun: at }: Sync) {
  if (!hourly) {
    return 'only when you press Sync now';
  }
  if (at === undefined) {
    return 'once collecting begins';
  }
  return at * 1000 <= Date.now() + 60_000 ? 'within a minute' : <Ago at={at} />;
}

function Fact({ name, children }: React.PropsWithChildren<{ name: string }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Hourly({ hourly, version }: Pick<Sync, 'hourly' | 'version'>) {
  const reload = useInvalidate('descriptions');
  const setting = useSetHourly();
  return (
    <>
      <Field
        noMargin
        label="Sync hourly"
        description="Also at start, and soon after an unknown interface shows up. When it is off, names of new interfaces are missing until you press Sync now."
        htmlFor="flowscope-hourly"
      >
        <Switch
          id="flowscope-hourly"
          value={hourly}
          disabled={setting.isPending}
          onChange={({ currentTarget }) => setting.mutate({ version, hourly: currentTarget.checked })}
        />
      </Field>
      <ChangeFailure title="Sync hourly was not changed" change={setting} onReload={reload} />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  facts: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 5),
    margin: 0,
    dt: { color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, fontWeight: 'normal' },
    dd: { margin: 0 },
  }),
});
