import React from 'react';
import { Icon, Tooltip } from '@grafana/ui';

/** Explains (as docs/completeness.md does) why the time lies before much of the data right after the first collect. */
const WHY =
  'Data counts as complete up to a time once no more of it has arrived for five minutes and everything before it is complete. What has arrived since is in the reports, too.';

/** Info icon next to a "complete until" time. */
export function WhyComplete() {
  return (
    <Tooltip content={WHY}>
      {/* Focusable, because only the tooltip has the text. */}
      <span tabIndex={0} role="note" aria-label={WHY}>
        <Icon name="info-circle" size="sm" />
      </span>
    </Tooltip>
  );
}
