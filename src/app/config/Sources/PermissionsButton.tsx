import React from 'react';
import { useWatch } from 'react-hook-form';
import { Button } from '@grafana/ui';

import { sourceInput } from '../../../contract/sources';
import type { SourceValues } from './sourceForm';

/** Opens the permissions of what stands in the form, once it says of which bucket: policies name it and its region. */
export function PermissionsButton({ onClick }: { onClick: () => void }) {
  const [bucket, region] = useWatch<SourceValues, ['bucket', 'region']>({ name: ['bucket', 'region'] });
  const { shape } = sourceInput;
  const isEnough = shape.bucket.safeParse(bucket.trim()).success && shape.region.safeParse(region.trim()).success;
  return (
    <Button
      variant="secondary"
      icon="lock"
      disabled={!isEnough}
      tooltip={isEnough ? undefined : 'Enter bucket and region first: the policies name them.'}
      onClick={onClick}
    >
      Permissions
    </Button>
  );
}
