import React from 'react';
import { Icon, Tooltip } from '@grafana/ui';

/** The rule of docs/completeness.md that puzzles most: right after a first collect, the time lies before much of the data. */
const WHY =
  'A stretch counts as complete once nothing more of it came for five minutes, and all before it is complete. What came since is in the reports all the same.';

/** Why data is complete until then and no later; stands beside that time. */
export function WhyComplete() {
  return (
    <Tooltip content={WHY}>
      {/* In reach of the keyboard: it says so nowhere else. */}
      <span tabIndex={0} role="note" aria-label={WHY}>
        <Icon name="info-circle" size="sm" />
      </span>
    </Tooltip>
  );
}
