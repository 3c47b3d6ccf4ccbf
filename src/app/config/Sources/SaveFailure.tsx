import React from 'react';
import { Alert } from '@grafana/ui';

import { toFailure } from '../../api/failure';
import { Failure } from '../../components/Failure';
import { FIELDS } from './sourceForm';
import type { SourceEditorState } from './useSourceEditor';

/** Why it could not be saved, unless a field says so or somebody else was faster. */
export function SaveFailure({ editor: { saving } }: { editor: SourceEditorState }) {
  if (!saving.error) {
    return null;
  }
  const { code, field, message } = toFailure(saving.error);
  if (code === 'stale') {
    return (
      <Alert severity="warning" title="Not saved: somebody changed this source meanwhile">
        What you typed is kept: see above.
      </Alert>
    );
  }
  const isAtField = FIELDS.some((name) => name === field);
  return isAtField ? (
    <Alert severity="error" title="Not saved">
      {message}
    </Alert>
  ) : (
    <Failure title="The source was not saved" error={saving.error} />
  );
}
