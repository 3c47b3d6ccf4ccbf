import React from 'react';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';

import type { SourceStatus } from '../../contract/sources';

// No badge in dark grey: in the light theme its text can hardly be read.
const STATES: Readonly<Record<SourceStatus['state'], readonly [text: string, color: BadgeColor, icon: IconName]>> = {
  disabled: ['Disabled', 'blue', 'pause'],
  new: ['Starting', 'blue', 'hourglass'],
  collecting: ['Collecting', 'green', 'check'],
  failing: ['Failing', 'red', 'exclamation-circle'],
};

/** The state of a source. */
export function StateBadge({ state }: Pick<SourceStatus, 'state'>) {
  const [text, color, icon] = STATES[state];
  return <Badge text={text} color={color} icon={icon} />;
}
