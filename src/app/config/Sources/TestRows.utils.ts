import { CHECKS, type CheckResult, type CheckState } from '../../../contract/checks';
import { formatCounted } from '../../../reports/units';

/** How a check ended, in a word. */
export const STATE_WORDS: Readonly<Record<CheckState, string>> = {
  pass: 'Passed',
  warn: 'Warning',
  fail: 'Failed',
  'not-checked': 'Not checked',
};

/** A whole Test in a sentence. */
export function testSummary(checks: readonly CheckResult[], isRunning: boolean): string {
  if (isRunning) {
    return `${checks.length} of ${CHECKS.length} checks done.`;
  }
  const count = (wanted: CheckState) => checks.filter(({ state }) => state === wanted).length;
  const [failed, warned] = [count('fail'), count('warn')];
  const warnings = warned > 0 ? formatCounted(warned, 'warning') : '';
  if (failed > 0) {
    return `${formatCounted(failed, 'check')} failed${warnings && `, ${warnings}`}: see what to do below.`;
  }
  if (checks.length < CHECKS.length) {
    return 'The Test did not come to its end.';
  }
  return warnings ? `Passed, with ${warnings}.` : 'Passed.';
}
