import React from 'react';
import { ConfirmModal, Stack } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { useInvalidate } from '../../api/useChange';
import { ChangeFailure } from '../../components/ChangeFailure';
import { toastSuccess } from '../../components/toasts';
import { useRemoveSource } from './Sources.hooks';

interface Props {
  source: SourceView;
  onClose: () => void;
  /** Where to go when it is gone. */
  onDone?: () => void;
}

/** Asks before a source is forgotten, and says what stays. */
export function DeleteSource({ source, onClose, onDone }: Props) {
  const reload = useInvalidate('sources');
  const removing = useRemoveSource();
  const { name, bucket, enabled } = source;
  const remove = () =>
    removing.mutateAsync(source).then(
      ({ stays }) => {
        toastSuccess(`${name} is deleted. ${stays}`);
        onClose();
        onDone?.();
      },
      // It is shown in the modal.
      () => undefined
    );
  return (
    <ConfirmModal
      isOpen
      title={`Delete source ${name}?`}
      body={
        <Stack direction="column" gap={2}>
          <span>
            {enabled && 'Collecting from it ends. '}
            Flowscope forgets how this source is set up, and its secret. Bucket {bucket} and everything that was
            collected from it stay as they are.
          </span>
          <ChangeFailure title={`${name} was not deleted`} change={removing} onReload={reload} />
        </Stack>
      }
      confirmText="Delete"
      onConfirm={remove}
      onDismiss={onClose}
    />
  );
}
