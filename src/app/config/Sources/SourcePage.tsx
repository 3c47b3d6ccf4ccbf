import React, { useState } from 'react';
import { Button, LoadingPlaceholder, Stack } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { Failure } from '../../components/Failure';
import { SourceEditor } from './SourceEditor';
import { useSource } from './Sources.hooks';
import { NEW, useSourcesUrl } from './Sources.url';

interface Props {
  /** Of the source, or {@link NEW}. */
  id: string;
  sources: readonly SourceView[];
}

/** The page of one source, once it is read. */
export function SourcePage({ id, sources }: Props) {
  const { becomes, close } = useSourcesUrl();
  // One that was added here stays the same page, with what its Test found, although the URL names it now.
  const [added, setAdded] = useState<string>();
  const isNew = id === NEW || id === added;
  const { data, error, refetch } = useSource(isNew ? undefined : id);
  if (!isNew && !data) {
    return error ? (
      <Stack direction="column" alignItems="flex-start">
        <Failure title="This source cannot be shown" error={error} onRetry={() => void refetch()} />
        <Button variant="secondary" icon="arrow-left" onClick={close}>
          All sources
        </Button>
      </Stack>
    ) : (
      <LoadingPlaceholder text="Reading the source" />
    );
  }
  return (
    <SourceEditor
      key={isNew ? NEW : id}
      opened={isNew ? undefined : data}
      others={sources.filter((source) => source.id !== id)}
      onAdded={(source) => {
        setAdded(source.id);
        becomes(source.id);
      }}
    />
  );
}
