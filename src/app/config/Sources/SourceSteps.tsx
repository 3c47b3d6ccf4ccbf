import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Stack, Text, useStyles2 } from '@grafana/ui';

import { toFailure } from '../../api/failure';
import { Failure } from '../../components/Failure';
import { StepCard } from '../../components/StepCard';
import { Consent } from './Consent';
import { PreviewReport } from './PreviewReport';
import { SaveFailure } from './SaveFailure';
import { enableStatus, previewStatus, saveStatus, testStatus } from './SourceSteps.words';
import { isDone, nextStep, STEPS, type CheckProgress, type Step } from './steps';
import { TestRows } from './TestRows';
import type { SourceEditorState } from './useSourceEditor';

const TONES: Partial<Record<CheckProgress, 'success' | 'error'>> = {
  passed: 'success',
  flawed: 'error',
  failed: 'error',
};

/** The way from a form to collecting: test, preview, save and enable. What is next stands out. */
export function SourceSteps({ editor }: { editor: SourceEditorState }) {
  const styles = useStyles2(getStyles);
  const { progress } = editor;
  const next = nextStep(progress);
  const card = (step: Step) => ({
    number: STEPS.indexOf(step) + 1,
    isNext: step === next,
    isDone: isDone(step, progress),
  });
  // With results it is long, and scrolls like the rest of the page.
  const isShort = !editor.test.job && !editor.preview.job;
  const variant = (step: Step) => (step === next ? 'primary' : 'secondary');
  return (
    <ol className={cx(styles.steps, isShort && styles.inSight)} aria-label="Steps to collecting">
      <StepCard {...card('test')} title="Test" status={testStatus(editor)} tone={TONES[progress.test]}>
        <JobButton work={editor.test} label="Test" busy="Testing…" variant={variant('test')} />
        <JobFailure work={editor.test} notStarted="The Test could not be run" brokeOff="The Test broke off" />
        {editor.test.job && (
          <TestRows
            checks={editor.test.job.progress}
            isRunning={editor.test.isRunning}
            isOutdated={progress.test === 'outdated'}
            onTest={() => void editor.test.start()}
          />
        )}
      </StepCard>

      <StepCard {...card('preview')} title="Preview" status={previewStatus(editor)} tone={TONES[progress.preview]}>
        <JobButton work={editor.preview} label="Preview" busy="Reading…" variant={variant('preview')} />
        <JobFailure
          work={editor.preview}
          notStarted="The Preview could not be made"
          brokeOff="The Preview failed"
          advice=" Test says more."
        />
        {editor.preview.job?.result && <PreviewReport result={editor.preview.job.result} />}
      </StepCard>

      <StepCard {...card('enable')} title="Save & enable" status={enableStatus(editor)}>
        {!progress.isEnabled && <Consent editor={editor} variant={variant('enable')} />}
        <Stack gap={1} alignItems="center" wrap="wrap">
          <Button
            onClick={() => void editor.save()}
            disabled={editor.saving.isPending || progress.isSaved}
            variant={progress.isEnabled ? variant('enable') : 'secondary'}
          >
            {editor.saving.isPending ? 'Saving…' : 'Save source'}
          </Button>
          {progress.isEnabled && (
            <Button variant="secondary" icon="pause" disabled={editor.switching.isPending} onClick={editor.disable}>
              Disable
            </Button>
          )}
          <Text color="secondary">{saveStatus(editor)}</Text>
        </Stack>
        <SaveFailure editor={editor} />
        {editor.switching.error && <SwitchFailure error={editor.switching.error} />}
      </StepCard>
    </ol>
  );
}

type Work = SourceEditorState['test'] | SourceEditorState['preview'];

interface JobButtonProps {
  work: Work;
  label: string;
  /** What it says while the job runs. */
  busy: string;
  variant: 'primary' | 'secondary';
}

/** Starts a job about what stands in the form. */
function JobButton({ work: { isRunning, start }, label, busy, variant }: JobButtonProps) {
  return (
    <Button
      onClick={() => void start()}
      disabled={isRunning}
      variant={variant}
      icon={isRunning ? 'spinner' : undefined}
    >
      {isRunning ? busy : label}
    </Button>
  );
}

interface JobFailureProps {
  work: Work;
  notStarted: string;
  brokeOff: string;
  advice?: string;
}

/** Why a job could not be started or followed, or did not get to its end. */
function JobFailure({ work: { error, job }, notStarted, brokeOff, advice }: JobFailureProps) {
  return (
    <>
      {error && <Failure title={notStarted} error={error} />}
      {job?.state === 'failed' && (
        <Alert severity="error" title={brokeOff}>
          {job.error}
          {advice}
        </Alert>
      )}
    </>
  );
}

/** Why it was neither enabled nor disabled. When somebody else was faster, what is shown has been read again already. */
function SwitchFailure({ error }: { error: Error }) {
  return toFailure(error).code === 'stale' ? (
    <Alert severity="warning" title="Somebody changed this source meanwhile">
      Nothing was switched. What is shown is reloaded: look again, then repeat it.
    </Alert>
  ) : (
    <Failure title="The source was not changed" error={error} />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  steps: css({
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    minWidth: 0,
  }),
  inSight: css({ [theme.breakpoints.up('lg')]: { position: 'sticky', top: theme.spacing(8) } }),
});
