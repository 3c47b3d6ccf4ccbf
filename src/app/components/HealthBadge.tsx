import React from 'react';
import { Badge, Tooltip } from '@grafana/ui';
import type { z } from 'zod';

import { EXPORTER_LATE } from '../../contract/bounds';
import type { recordHealth } from '../../contract/exporters';

/** Whether records of an exporter or a flow log come as they should. */
export type RecordHealth = z.infer<typeof recordHealth>;

/** What a badge says. */
const HEALTH: Readonly<
  Record<RecordHealth, { color: 'green' | 'orange' | 'red' | 'blue' | 'darkgrey'; text: string }>
> = {
  receiving: { color: 'green', text: 'Receiving' },
  late: { color: 'orange', text: 'Late' },
  silent: { color: 'red', text: 'Silent' },
  idle: { color: 'blue', text: 'Idle' },
  disabled: { color: 'darkgrey', text: 'Disabled' },
};

/** Options of a filter by health. */
export const HEALTH_OPTIONS = [
  { label: 'All', value: undefined },
  ...(Object.keys(HEALTH) as RecordHealth[]).map((value) => ({ label: HEALTH[value].text, value })),
];

/** `20 minutes`, of seconds. */
export const minutes = (seconds: number) => `${seconds / 60} minutes`;

/** What it means that records come, of exporters and flow logs alike. */
export const RECEIVING_MEANINGS = {
  receiving: `Its records come as they should: the newest end less than ${minutes(EXPORTER_LATE)} ago.`,
  late: `Its newest records end more than ${minutes(EXPORTER_LATE)} ago: AWS delivers late, there is a backlog, or its traffic has just stopped.`,
} as const;

/** In a word whether records come, with what that means on hover and focus: the only place that says so. */
export function HealthBadge({ health, meaning }: { health: RecordHealth; meaning: string }) {
  const { color, text } = HEALTH[health];
  return (
    <Tooltip content={meaning}>
      <span tabIndex={0} role="note">
        <Badge color={color} text={text} />
      </span>
    </Tooltip>
  );
}
