import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, useStyles2 } from '@grafana/ui';

import { toFailure } from '../../api/failure';
import { Failure } from '../../components/Failure';
import { Consent } from './Consent';
import { PreviewReport } from './PreviewReport';
import { SaveFailure } from './SaveFailure';
import { enableStatus, previewStatus, saveStatus, testStatus } from './SourceSteps.words';
import { StepCard } from './StepCard';
import { isDone, nextStep, type CheckProgress, type Step } from './steps';
import { TestRows } from './TestRows';
import type { SourceEditorState } from './useSourceEditor';

const TONES: Partial<Record<CheckProgress, 'success' | 'error'>> = {
  passed: 'success',
  flawed: 'error',
  failed: 'error',
};

/** The way from a form to collecting: save, test, preview, enable. What is next stands out. */
export function SourceSteps({ editor }: { editor: SourceEditorState }) {
  const styles = useStyles2(getStyles);
  const { progress, stored } = editor;
  const next = nextStep(progress);
  const card = (step: Step) => ({ step, isNext: step === next, isDone: isDone(step, progress) });
  // With results it is long, and scrolls like the rest of the page.
  const isShort = !editor.test.job && !editor.preview.job;
  const variant = (step: Step) => (step === next ? 'primary' : 'secondary');
  return (
    <ol className={cx(styles.steps, isShort && styles.inSight)} aria-label="Steps to collecting">
      <StepCard {...card('save')} title="Save" status={saveStatus(editor)}>
        <Button
          onClick={() => void editor.save()}
          disabled={editor.saving.isPending || progress.isSaved}
          variant={variant('save')}
        >
          {editor.saving.isPending ? 'Saving…' : 'Save source'}
        </Button>
        <SaveFailure editor={editor} />
      </StepCard>

      <StepCard {...card('test')} title="Test" status={testStatus(editor)} tone={TONES[progress.test]}>
        <Button
          onClick={() => void editor.test.start()}
          disabled={editor.test.isRunning}
          variant={variant('test')}
          icon={editor.test.isRunning ? 'spinner' : undefined}
        >
          {editor.test.isRunning ? 'Testing…' : 'Test'}
        </Button>
        {editor.test.error && <Failure title="The Test could not be run" error={editor.test.error} />}
        {editor.test.job?.state === 'failed' && (
          <Alert severity="error" title="The Test broke off">
            {editor.test.job.error}
          </Alert>
        )}
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
        <Button
          onClick={() => void editor.preview.start()}
          disabled={editor.preview.isRunning}
          variant={variant('preview')}
          icon={editor.preview.isRunning ? 'spinner' : undefined}
        >
          {editor.preview.isRunning ? 'Reading…' : 'Preview'}
        </Button>
        {editor.preview.error && <Failure title="The Preview could not be made" error={editor.preview.error} />}
        {editor.preview.job?.state === 'failed' && (
          <Alert severity="error" title="The Preview broke off">
            {editor.preview.job.error} Test says more.
          </Alert>
        )}
        {editor.preview.job?.result && <PreviewReport result={editor.preview.job.result} />}
      </StepCard>

      <StepCard {...card('enable')} title="Enable" status={enableStatus(editor)}>
        {stored?.enabled ? (
          <Button
            variant="secondary"
            icon="pause"
            disabled={editor.switching.isPending}
            onClick={() => editor.turn(false)}
          >
            Disable
          </Button>
        ) : (
          <Consent editor={editor} variant={variant('enable')} />
        )}
        {editor.switching.error && <SwitchFailure error={editor.switching.error} />}
      </StepCard>
    </ol>
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
