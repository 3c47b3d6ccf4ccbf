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
  isEnabled: boolean;
}

export const STEPS = ['save', 'test', 'preview', 'enable'] as const;
export type Step = (typeof STEPS)[number];

/** Whether a step is done. */
export function isDone(step: Step, { isSaved, test, preview, isEnabled }: SourceProgress): boolean {
  switch (step) {
    case 'save':
      return isSaved;
    case 'test':
      return test === 'passed';
    case 'preview':
      return preview === 'passed';
    case 'enable':
      return isEnabled;
  }
}

/** The step to take next; undefined when there is none. */
export function nextStep(progress: SourceProgress): Step | undefined {
  return progress.isSaved && progress.isEnabled
    ? undefined
    : STEPS.find((step) => !isDone(step, progress) && !(step === 'test' && progress.test === 'flawed'));
}

/** Why a source cannot be enabled yet, as a sentence; undefined when it can. */
export function whyNotYet({ isSaved, test, preview }: SourceProgress): string | undefined {
  if (!isSaved) {
    return 'Save the source first.';
  }
  if (test !== 'passed' && test !== 'flawed') {
    return 'It can be enabled once its Test has passed.';
  }
  return preview === 'passed' ? undefined : 'Look at the Preview first: it says what will be collected and deleted.';
}
