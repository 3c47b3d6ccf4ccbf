import React from 'react';
import { Alert, TextLink } from '@grafana/ui';

import { useCollection } from '../api/useCollection';
import { isAdmin, tabUrl } from '../plugin';
import { Ago } from './Times';

/** Says that deletion is on hold, on every page that is about collecting; nothing while it is not. */
export function HoldNotice() {
  const { data } = useCollection();
  if (!data?.hold) {
    return null;
  }
  const { since, reason } = data.hold;
  return (
    <Alert severity="warning" title="Deletion is on hold">
      <p>
        Since <Ago at={since} />
        {reason !== undefined && `: ${reason}`}. Flow logs are collected as always; their objects wait in the buckets as
        stored until it is released.
      </p>
      {isAdmin() && <TextLink href={tabUrl('connection')}>Release it in Connection</TextLink>}
    </Alert>
  );
}
