/**
 * How far a Test or a Preview of the form has got. `outdated`: the form has changed since. `flawed`: only the format of the
 * newest objects failed. Such a source can be enabled all the same: these objects are left alone, and once the good ones of
 * a bucket are collected, they are the newest.
 */
export type CheckProgress = 'none' | 'running' | 'passed' | 'flawed' | 'failed' | 'outdated';

export interface SourceProgress {
  /** Whether the form has no unsaved changes. */
  isSaved: boolean;
  test: CheckProgress;
  preview: CheckProgress;
  /** Whether the Test found nothing at all in the bucket. */
  isEmpty: boolean;
  isEnabled: boolean;
}

/** The last one saves, too: what was tested and looked at is what is saved and enabled. */
export const STEPS = ['test', 'preview', 'enable'] as const;
export type Step = (typeof STEPS)[number];

const hasPassed = ({ test }: SourceProgress) => test === 'passed' || test === 'flawed';

/** Whether there is nothing to preview: a bucket of which the Test has said that it is empty. */
export const needsNoPreview = (progress: SourceProgress) => hasPassed(progress) && progress.isEmpty;

/** Whether a step is done. */
export function isDone(step: Step, progress: SourceProgress): boolean {
  switch (step) {
    case 'test':
      return progress.test === 'passed';
    case 'preview':
      return progress.preview === 'passed' || needsNoPreview(progress);
    case 'enable':
      return progress.isSaved && progress.isEnabled;
  }
}

/** The step to take next; undefined when there is none. */
export function nextStep(progress: SourceProgress): Step | undefined {
  if (progress.isEnabled) {
    return progress.isSaved ? undefined : 'enable';
  }
  return STEPS.find((step) => !isDone(step, progress) && !(step === 'test' && progress.test === 'flawed'));
}

/** Why a source cannot be enabled yet, as a sentence; undefined when it can. */
export function whyNotYet(progress: SourceProgress): string | undefined {
  if (!hasPassed(progress)) {
    return 'It can be enabled once its Test has passed.';
  }
  return isDone('preview', progress)
    ? undefined
    : 'Look at the Preview first: it says what will be collected and deleted.';
}
