import React from 'react';
import { Tooltip } from '@grafana/ui';

/** Shown where the sidecar leaves out `recordsPerMinute`. */
const NO_RATE_YET =
  'Only records that are older than an hour have come so far: a backlog, which says nothing of the rate.';

/** Records per minute; a dash as long as nobody knows them. */
export function Rate({ perMinute: rate }: { perMinute: number | undefined }) {
  return rate === undefined ? (
    <Tooltip content={NO_RATE_YET}>
      <span tabIndex={0} role="note">
        –
      </span>
    </Tooltip>
  ) : (
    <>{rate.toLocaleString('en-US', { maximumFractionDigits: rate < 10 ? 1 : 0 })}</>
  );
}
