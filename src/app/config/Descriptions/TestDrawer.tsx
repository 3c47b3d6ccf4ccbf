import React, { useEffect } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Drawer, Icon, Spinner, Stack, Text, useStyles2 } from '@grafana/ui';

import { sidecar } from '../../api/sidecar';
import { useJob } from '../../api/useJob';
import { DrawerBody } from '../../components/DrawerBody';
import { Failure } from '../../components/Failure';
import type { Account } from './Descriptions.utils';
import { RequiredPolicy } from './PolicyDrawer';

/** Tests the calls of a sync for one account, starting when it is opened. */
export function TestDrawer({ account, onClose }: { account: Account; onClose: () => void }) {
  const styles = useStyles2(getStyles);
  const { job, isRunning, error, start } = useJob('account-test', () => sidecar.accounts.test(account.id));
  const checks = job?.progress ?? [];
  const denied = checks.filter(({ state }) => state === 'fail').length;

  useEffect(() => {
    void start();
    // Once per account; the button below repeats it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [account.id]);

  return (
    <Drawer
      title={`Test of ${account.name}`}
      subtitle="The four calls of a sync in each region. Nothing is changed."
      onClose={onClose}
    >
      <DrawerBody>
        <Stack direction="column" gap={2}>
          <ul className={styles.checks} aria-label="Calls" aria-live="polite">
            {checks.map(({ region, action, state, message }) => (
              <li key={`${region} ${action}`} className={styles.check}>
                <Icon
                  name={state === 'pass' ? 'check-circle' : 'exclamation-triangle'}
                  className={state === 'pass' ? styles.pass : styles.fail}
                  title={state === 'pass' ? 'Passed' : 'Failed'}
                />
                <span>{message}</span>
              </li>
            ))}
          </ul>
          <div role="status">
            {isRunning && (
              <Stack alignItems="center" gap={1}>
                <Spinner inline />
                <Text>Trying the calls…</Text>
              </Stack>
            )}
            {job?.state === 'done' && job.result && (
              <Outcome passed={job.result.passed} denied={denied} of={checks.length} />
            )}
          </div>
          {job?.state === 'failed' && (
            <Alert severity="error" title="The test ended early">
              {job.error}
            </Alert>
          )}
          {error && <Failure title="The test cannot be run" error={error} />}
          <div>
            <Button variant="secondary" icon="sync" disabled={isRunning} onClick={() => void start()}>
              Test again
            </Button>
          </div>
          {denied > 0 && !isRunning && (
            <>
              <Text element="h3" variant="h5">
                Required policy
              </Text>
              <RequiredPolicy />
            </>
          )}
        </Stack>
      </DrawerBody>
    </Drawer>
  );
}

function Outcome({ passed, denied, of }: { passed: boolean; denied: number; of: number }) {
  if (of === 0) {
    return <Text color="warning">There is no region to test: name one in the account.</Text>;
  }
  return passed ? (
    <Text color="success">{`Passed: all ${of} calls are allowed.`}</Text>
  ) : (
    <Text color="error">{`Failed: ${denied} of ${of} calls.`}</Text>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  checks: css({ listStyle: 'none', display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  check: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'flex-start', overflowWrap: 'anywhere' }),
  pass: css({ color: theme.colors.success.text, flexShrink: 0, marginTop: theme.spacing(0.25) }),
  fail: css({ color: theme.colors.error.text, flexShrink: 0, marginTop: theme.spacing(0.25) }),
});
