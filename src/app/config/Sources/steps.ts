/**
 * How a Test or a Preview of what stands in the form is. `outdated`: of what stood there before. `flawed`: only the format of
 * the newest objects failed. That keeps no source from being enabled: such objects are left alone, and once the good ones
 * of a bucket are collected, they are the newest.
 */
export type CheckProgress = 'none' | 'running' | 'passed' | 'flawed' | 'failed' | 'outdated';

export interface SourceProgress {
  /** Whether all that stands in the form is saved. */
  isSaved: boolean;
  test: CheckProgress;
  preview: CheckProgress;
  isEnabled: boolean;
}

export const STEPS = ['save', 'test', 'preview', 'enable'] as const;
export type Step = (typeof STEPS)[number];

/** Which steps are behind. A source that is enabled has been through all but what is not saved. */
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

/** What is to be done next; undefined when nothing is. */
export function nextStep(progress: SourceProgress): Step | undefined {
  return progress.isSaved && progress.isEnabled
    ? undefined
    : STEPS.find((step) => !isDone(step, progress) && !(step === 'test' && progress.test === 'flawed'));
}

/** What stands between a source and its being enabled, as a sentence; undefined when nothing does. */
export function whyNotYet({ isSaved, test, preview }: SourceProgress): string | undefined {
  if (!isSaved) {
    return 'Save the source first.';
  }
  if (test !== 'passed' && test !== 'flawed') {
    return 'It can be enabled once its Test has passed.';
  }
  return preview === 'passed' ? undefined : 'Look at the Preview first: it says what will be collected and deleted.';
}
