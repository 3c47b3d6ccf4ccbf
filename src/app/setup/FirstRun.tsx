import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, LinkButton, useStyles2 } from '@grafana/ui';

import { StepCard } from '../components/StepCard';
import { isAdmin, tabUrl } from '../plugin';
import { InstallDrawer } from './InstallDrawer';
import { useSetup, type StepState } from './useSetup';

interface Props {
  /** Goes to the connection's fields, where they are on the same page; else its tab is opened. */
  onConnect?: () => void;
}

/** The three steps of the first run, as long as one is to be done; nothing afterwards. */
export function FirstRun({ onConnect }: Props) {
  const styles = useStyles2(getStyles);
  const [isInstalling, setIsInstalling] = useState(false);
  const { isPending, isComplete, connect, addSource, install, problem } = useSetup();
  // What was opened stays open when the last step is done.
  if (isPending || (isComplete && !isInstalling)) {
    return null;
  }
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
          text={connect === 'failing' ? problem : 'It collects the flow logs. Tell Grafana where it is.'}
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
              ? 'The sidecar keeps the sources: connect it first.'
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
          text="They are put into Grafana and are yours to change."
        >
          <Button variant={variant(3)} icon="import" onClick={() => setIsInstalling(true)}>
            Install
          </Button>
        </SetupStep>
      </ol>
      {isInstalling && <InstallDrawer onClose={() => setIsInstalling(false)} />}
    </section>
  );
}

const WORDS: Readonly<Record<StepState, string>> = {
  todo: 'To do',
  done: 'Done',
  failing: 'Does not answer',
  unknown: 'Not known yet',
};
const TONES: Partial<Record<StepState, 'success' | 'error'>> = { done: 'success', failing: 'error' };

interface SetupStepProps {
  number: number;
  /** The number of the one to do now; 0 when none is left. */
  next: number;
  title: string;
  state: StepState;
  text: string | undefined;
  /** Its button; not shown once the step is done. */
  children: React.ReactNode;
}

function SetupStep({ number, next, title, state, text, children }: SetupStepProps) {
  const styles = useStyles2(getStyles);
  return (
    <StepCard
      {...{ number, title }}
      isNext={number === next}
      isDone={state === 'done'}
      status={WORDS[state]}
      tone={TONES[state]}
    >
      <span className={styles.text}>{text}</span>
      {state !== 'done' && children}
    </StepCard>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  steps: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${theme.spacing(24)}), 1fr))`,
    gap: theme.spacing(2),
    listStyle: 'none',
  }),
  // Buttons of one row stand on one line.
  text: css({ flexGrow: 1 }),
});
