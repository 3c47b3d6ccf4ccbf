import React from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat } from '@grafana/data';
import { Text, Tooltip } from '@grafana/ui';

import { formatAgo } from '../../reports/units';

/** A relative time, with the exact one on hover and for screen readers. `at`: Unix seconds. */
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

/** When something was seen last and first, each kept on one line. Unix seconds. */
export function SeenTimes({ last, first }: { last: number | undefined; first: number | undefined }) {
  return (
    <span className={css({ whiteSpace: 'nowrap' })}>
      <Ago at={last} />
      <Text element="p" variant="bodySmall" color="secondary">
        first <Ago at={first} />
      </Text>
    </span>
  );
}

/** Clock time, with the date unless it is today; in the browser's time zone. `at`: Unix seconds. */
export function Clock({ at }: { at: number }) {
  return <time dateTime={new Date(at * 1000).toISOString()}>{clockTime(at * 1000)}</time>;
}

function clockTime(ms: number): string {
  const day = (time: number) => dateTimeFormat(time, { format: 'YYYY-MM-DD' });
  return dateTimeFormat(ms, { format: day(ms) === day(Date.now()) ? 'HH:mm' : 'D MMM HH:mm' });
}
