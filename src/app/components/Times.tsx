import React from 'react';
import { dateTime, dateTimeFormat } from '@grafana/data';
import { Tooltip } from '@grafana/ui';

/** A time as people say it, with the exact one on hover and for screen readers. `at`: Unix seconds. */
export function Ago({ at, never = 'never' }: { at: number | undefined; never?: string }) {
  if (at === undefined) {
    return <>{never}</>;
  }
  const exact = dateTimeFormat(at * 1000);
  return (
    <Tooltip content={exact}>
      <time dateTime={new Date(at * 1000).toISOString()}>{dateTime(at * 1000).fromNow()}</time>
    </Tooltip>
  );
}
