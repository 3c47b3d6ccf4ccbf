import React, { useState } from 'react';
import { Button, Checkbox } from '@grafana/ui';

import { whyNotYet } from './steps';
import type { SourceEditorState } from './useSourceEditor';

/** Deletion is consented to in these words. */
const CONSENT = 'This bucket is only for Flowscope: objects are deleted once they are stored';

/** The box without which nothing is deleted, so nothing enabled. */
export function Consent({ editor, variant }: { editor: SourceEditorState; variant: 'primary' | 'secondary' }) {
  const [isAgreed, setIsAgreed] = useState(false);
  const { progress, switching, saving, enable } = editor;
  const obstacle = whyNotYet(progress);
  return (
    <>
      <Checkbox
        label={CONSENT}
        value={isAgreed}
        disabled={obstacle !== undefined}
        onChange={({ currentTarget }) => setIsAgreed(currentTarget.checked)}
      />
      <Button
        variant={variant}
        disabled={obstacle !== undefined || !isAgreed || switching.isPending || saving.isPending}
        onClick={() => void enable()}
      >
        {switching.isPending ? 'Enabling…' : progress.isSaved ? 'Enable' : 'Save & enable'}
      </Button>
    </>
  );
}
