import React from 'react';
import { Alert } from '@grafana/ui';

import type { Plan } from './installer/plan';

/** Error when the data source cannot read, with the cause. Nothing when it can, or when there is no data source. */
export function ReadFailure({ plan: { dataSource, unreadable } }: { plan: Plan }) {
  return unreadable === undefined ? null : (
    <Alert severity="error" title="The data source cannot read from InfluxDB">
      {unreadable}
      {dataSource?.readOnly && (
        <p>The data source is provisioned from files: correct its URL, user and password there.</p>
      )}
    </Alert>
  );
}
