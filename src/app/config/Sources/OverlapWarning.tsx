import React from 'react';
import { useWatch } from 'react-hook-form';
import { Alert } from '@grafana/ui';

import { overlapping, overlapWarning } from '../../../contract/overlap';
import { sourceInput, type SourceView } from '../../../contract/sources';
import type { SourceValues } from './sourceForm';

interface Props {
  stored?: SourceView;
  /** One that was just added may still be among them. */
  others: readonly SourceView[];
}

/** Says which other sources read what the form names, before it is saved: Test says the same. */
export function OverlapWarning({ stored, others }: Props) {
  const [bucket, prefix, endpoint] = useWatch<SourceValues, ['bucket', 'prefix', 'endpoint']>({
    name: ['bucket', 'prefix', 'endpoint'],
  });
  const place = {
    id: stored?.id,
    bucket: bucket.trim(),
    // As it is stored: with the slash at its end.
    prefix: sourceInput.shape.prefix.safeParse(prefix.trim()).data,
    endpoint: endpoint.trim() || undefined,
  };
  const found = place.prefix === undefined ? [] : overlapping({ ...place, prefix: place.prefix }, others);
  return found.length === 0 ? null : (
    <Alert severity="warning" title={overlapWarning(found)}>
      It may be saved all the same. To keep the two apart, choose a bucket or a prefix that no other source reads.
    </Alert>
  );
}
