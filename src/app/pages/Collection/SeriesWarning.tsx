import React from 'react';
import { Alert, Stack, TextLink } from '@grafana/ui';

import { formatCount } from '../../../reports/units';
import { useCollection } from '../../api/useCollection';
import { isAdmin, tabUrl } from '../../plugin';

/** Warns that new data keeps fewer names (K is below its default), why, and what helps. */
export function SeriesWarning() {
  const { data } = useCollection();
  if (data?.series?.warning === undefined) {
    return null;
  }
  const { live, budget, isRefused, warning } = data.series;
  return (
    <Alert severity="warning" title="New data keeps fewer names">
      <Stack direction="column" gap={1}>
        <span>{warning}</span>
        <span>
          The fullest day of minutes or week of hours has {formatCount(live)} series; up to {formatCount(budget)} keep
          InfluxDB fast.{' '}
          {isRefused ? (
            <>
              InfluxDB has a limit set: set <code>max-values-per-tag</code> and <code>max-series-per-database</code> to
              0 in its configuration, and restart it. Names come back by themselves once it takes new series.
            </>
          ) : (
            'What helps: disable exporters you do not need, send flow logs of fewer interfaces, or use a cluster as the ' +
            'store. Names come back by themselves as full days and weeks expire.'
          )}
        </span>
        {isAdmin() && (
          <span>
            <TextLink href={tabUrl('exporters')}>Open Exporters</TextLink>
          </span>
        )}
      </Stack>
    </Alert>
  );
}
