import React from 'react';
import { Alert } from '@grafana/ui';

import type { Plan } from './installer/plan';

/** Says that the data source cannot read, why, and where that is mended unless it is here. Nothing when it can, or when there is none. */
export function ReadFailure({ plan: { dataSource, unreadable } }: { plan: Plan }) {
  return unreadable === undefined ? null : (
    <Alert severity="error" title="The data source cannot read from InfluxDB">
      {unreadable}
      {dataSource?.readOnly && <p>The data source is provisioned from files: mend its URL, user and password there.</p>}
    </Alert>
  );
}
