import React from 'react';
import { dateTimeFormat } from '@grafana/data';
import { Tooltip } from '@grafana/ui';

import { formatAgo } from '../../reports/units';

/** A time as people say it, with the exact one on hover and for screen readers. `at`: Unix seconds. */
export function Ago({ at, never = 'never' }: { at: number | undefined; never?: string }) {
  if (at === undefined) {
    return <>{never}</>;
  }
  const exact = dateTimeFormat(at * 1000);
  return (
    <Tooltip content={exact}>
      <time dateTime={new Date(at * 1000).toISOString()}>{formatAgo(at)}</time>
    </Tooltip>
  );
}

/** A time of today as a clock shows it, any other with its date; in the time zone of whoever looks. `at`: Unix seconds. */
export function Clock({ at }: { at: number }) {
  return <time dateTime={new Date(at * 1000).toISOString()}>{clockTime(at * 1000)}</time>;
}

function clockTime(ms: number): string {
  const day = (time: number) => dateTimeFormat(time, { format: 'YYYY-MM-DD' });
  return dateTimeFormat(ms, { format: day(ms) === day(Date.now()) ? 'HH:mm' : 'D MMM HH:mm' });
}
