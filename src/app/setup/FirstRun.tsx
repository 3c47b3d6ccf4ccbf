import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, LinkButton, useStyles2 } from '@grafana/ui';

import { isAdmin, tabUrl } from '../plugin';
import { InstallDrawer } from './InstallDrawer';
import { SetupStep } from './SetupStep';
import { useSetup, type Setup } from './useSetup';

interface Props {
  /** Focuses the connection's fields if they are on the same page; absent to open the Connection tab. */
  onConnect?: () => void;
}

/** The three set-up steps, until all are done. */
export function FirstRun({ onConnect }: Props) {
  const [isInstalling, setIsInstalling] = useState(false);
  const setup = useSetup();
  return (
    <>
      {!setup.isPending && !setup.isComplete && (
        <Steps setup={setup} onConnect={onConnect} onInstall={() => setIsInstalling(true)} />
      )}
      {/* Stays open even when the steps disappear. */}
      {isInstalling && <InstallDrawer onClose={() => setIsInstalling(false)} />}
    </>
  );
}

interface StepsProps extends Props {
  setup: Setup;
  onInstall: () => void;
}

function Steps({ setup: { connect, addSource, install, problem }, onConnect, onInstall }: StepsProps) {
  const styles = useStyles2(getStyles);
  if (!isAdmin()) {
    return <Alert severity="info" title="Ask an administrator to finish set-up." />;
  }
  const needsSidecar = connect !== 'done';
  const next = [connect, addSource, install].findIndex((state) => state !== 'done') + 1;
  const variant = (step: number) => (step === next ? 'primary' : 'secondary');
  return (
    <section aria-label="Set-up">
      <ol className={styles.steps}>
        <SetupStep
          number={1}
          next={next}
          title="Connect the sidecar"
          state={connect}
          text={connect === 'failing' ? problem : 'It collects the flow logs. Enter its address and token.'}
        >
          {onConnect ? (
            <Button variant={variant(1)} icon="plug" onClick={onConnect}>
              Connect
            </Button>
          ) : (
            <LinkButton variant={variant(1)} icon="plug" href={tabUrl('connection')}>
              Connect
            </LinkButton>
          )}
        </SetupStep>
        <SetupStep
          number={2}
          next={next}
          title="Add a source"
          state={addSource}
          text={
            needsSidecar && addSource !== 'done'
              ? 'Sources are stored by the sidecar: connect it first.'
              : 'The S3 bucket that the flow logs go to.'
          }
        >
          <LinkButton variant={variant(2)} icon="database" href={tabUrl('sources')} disabled={needsSidecar}>
            Add a source
          </LinkButton>
        </SetupStep>
        <SetupStep
          number={3}
          next={next}
          title="Install data source, dashboards and alerts"
          state={install}
          text="You can edit all of them; upgrades never overwrite your changes."
        >
          <Button variant={variant(3)} icon="import" onClick={onInstall}>
            Install
          </Button>
        </SetupStep>
      </ol>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  steps: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${theme.spacing(24)}), 1fr))`,
    gap: theme.spacing(2),
    listStyle: 'none',
  }),
});
