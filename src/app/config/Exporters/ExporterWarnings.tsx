import React from 'react';
import { Alert } from '@grafana/ui';

import { MAX_OVERFLOW_IDS } from '../../../contract/bounds';
import { formatCount, formatCounted } from '../../../reports/units';
import { listed, type AllExporters } from './Exporters.utils';

/** Warnings about exporters, each with a remedy. */
export function ExporterWarnings({ counted, limit, overflow, fallbacks }: AllExporters) {
  const room = limit - counted;
  return (
    <div>
      {counted > limit && (
        <Alert
          severity="warning"
          title={`${formatCounted(counted, 'exporter')} have a place, more than the limit of ${formatCount(limit)}`}
        >
          Those keep their places; new ones are counted as overflow. Raise the limit, or disable exporters you do not
          need.
        </Alert>
      )}
      {overflow.exporters > 0 && (
        <Alert
          severity="warning"
          title={`${overflow.exporters >= MAX_OVERFLOW_IDS ? 'At least ' : ''}${formatCounted(overflow.exporters, 'exporter')} found no place under the limit`}
        >
          In the last 30 days {formatCounted(overflow.records, 'record of theirs was', 'records of theirs were')}{' '}
          counted together, as one exporter called overflow: {listed(overflow.examples.slice(0, overflow.exporters))}
          {overflow.exporters > overflow.examples.length && ' and others'}.{' '}
          {overflow.exporters <= room
            ? 'There is room now: they take a place with their next objects.'
            : 'Raise the limit, or disable exporters you do not need.'}
        </Alert>
      )}
      {fallbacks > 0 && (
        <Alert
          severity="warning"
          title={`${formatCounted(fallbacks, 'exporter is', 'exporters are')} a subnet or an interface, because the flow logs lack vpc-id`}
        >
          Each subnet or interface counts as its own exporter, and takes a place in the limit. Recreate the flow log
          with vpc-id: a flow log’s format cannot be changed, so create a new one with it, then delete the old one. The
          old exporters become idle after 30 days and free their places.
        </Alert>
      )}
    </div>
  );
}
