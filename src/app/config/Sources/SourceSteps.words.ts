import { olderObjects } from '../../../reports/olderObjects';
import { formatAgo, formatCounted } from '../../../reports/units';
import { needsNoPreview, whyNotYet } from './steps';
import { testSummary } from './TestRows.utils';
import type { SourceEditorState } from './useSourceEditor';

export function saveStatus({ stored, progress: { isSaved, isEnabled } }: SourceEditorState): string {
  if (!stored) {
    return 'Nothing is saved yet. Saving alone starts nothing: a new source is disabled.';
  }
  if (!isSaved) {
    return 'There are unsaved changes.';
  }
  return isEnabled ? 'Saved.' : 'Saved, and disabled: nothing is collected yet.';
}

export function testStatus({ progress, test, lastPassAt }: SourceEditorState): string {
  if (!test.job && lastPassAt !== undefined && (progress.test === 'passed' || progress.test === 'flawed')) {
    const flaw = progress.test === 'flawed' ? ', but for the format of the newest objects' : '';
    return `Passed ${formatAgo(lastPassAt / 1000)}${flaw}. You may test again.`;
  }
  switch (progress.test) {
    case 'none':
      return 'Checks access, the bucket and the format of its newest objects. It changes no object.';
    case 'outdated':
      return 'The settings have changed since this Test: test again.';
    default:
      return testSummary(test.job?.progress ?? [], progress.test === 'running');
  }
}

export function previewStatus({ progress, preview, lastPassAt }: SourceEditorState): string {
  if (!preview.job && lastPassAt !== undefined && progress.preview === 'passed') {
    return `Looked at ${formatAgo(lastPassAt / 1000)}. You may look again.`;
  }
  if (progress.preview === 'none' && needsNoPreview(progress)) {
    return 'The bucket is empty: there is nothing to preview yet.';
  }
  switch (progress.preview) {
    case 'none':
      return 'Reads the newest objects without writing: what would be counted, and what would not.';
    case 'outdated':
      return 'The settings have changed since this Preview: look again.';
    case 'running': {
      const last = preview.job?.progress.at(-1);
      return last ? `Read ${last.read} of ${formatCounted(last.of, 'object')}.` : 'Looking for the newest objects.';
    }
    case 'failed':
      return 'There is no Preview.';
    case 'passed':
    case 'flawed':
      return 'Nothing was written or deleted.';
  }
}

export function enableStatus({ progress, preview }: SourceEditorState): string {
  if (progress.isEnabled && !progress.isSaved) {
    return 'Enabled, with unsaved changes: until they are saved, it is collected as before.';
  }
  if (progress.isEnabled) {
    return 'Enabled: objects are collected, and deleted once they are stored.';
  }
  const ready =
    progress.test === 'flawed'
      ? 'The newest objects cannot be collected and will stay in the bucket. When others will come: agree that those are deleted, then enable.'
      : 'All is ready: agree that objects are deleted, then enable.';
  const ages = preview.job?.result?.ages;
  const older = ages && olderObjects(ages);
  return whyNotYet(progress) ?? (older === undefined ? ready : `${older} ${ready}`);
}
