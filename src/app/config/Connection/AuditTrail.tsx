import React from 'react';
import { css } from '@emotion/css';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { GrafanaTheme2 } from '@grafana/data';
import { LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';

import { sidecar } from '../../api/sidecar';
import { Failure } from '../../components/Failure';
import { Ago } from '../../components/Times';
import { CollapsedPart, ShowOlder } from './CollapsedPart';

const PAGE = 25;

/** Actions in words, by their name in the audit trail; the target's name follows. */
const DONE: Readonly<Record<string, string>> = {
  'source.add': 'Added source',
  'source.change': 'Changed source',
  'source.enable': 'Enabled source',
  'source.disable': 'Disabled source',
  'source.discard': 'Deleted uncounted objects of source',
  'source.remove': 'Deleted source',
  'source.move': 'Moved source',
  'collector.add': 'Added collector',
  'collector.remove': 'Removed collector',
  'account.add': 'Added account',
  'account.change': 'Changed account',
  'account.remove': 'Deleted account',
  'exporter.enable': 'Enabled exporter',
  'exporter.disable': 'Disabled exporter',
  'exporter.alias': 'Renamed exporter',
  'flow-log.enable': 'Enabled flow log',
  'flow-log.disable': 'Disabled flow log',
  'quarantine.retry': 'Retried object',
  'quarantine.dismiss': 'Dismissed object',
  'influx-user.add': 'Made user of InfluxDB',
  'influx-user.change': 'Gave another password to user of InfluxDB',
  'network.add': 'Named network',
  'network.change': 'Changed network',
  'network.remove': 'Took away the name of network',
  'deletion.hold': 'Stopped deletion in',
  'deletion.release': 'Released deletion in',
  'store.adopt': 'Took over database',
  'store.adopt-restored': 'Continued with a restored registry in database',
};

/** The audit trail, fetched when it is opened. */
export function AuditTrail() {
  return (
    <CollapsedPart label="Who changed what">
      <Changes />
    </CollapsedPart>
  );
}

function Changes() {
  const styles = useStyles2(getStyles);
  const pages = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) => sidecar.audit({ limit: PAGE, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const { data, error, refetch } = pages;
  const failure = error && <Failure title="The changes cannot be shown" error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return failure ?? <LoadingPlaceholder text="Loading changes" />;
  }
  const changes = data.pages.flatMap(({ items }) => items);
  if (changes.length === 0) {
    return <p>Nobody has changed anything yet.</p>;
  }
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {failure}
      <div className={styles.box} tabIndex={0} role="region" aria-label="Changes">
        <table className="filter-table">
          <thead>
            <tr>
              <th>When</th>
              <th>Who</th>
              <th>What</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ id, at, actor, role, action, target, details }) => (
              <tr key={id}>
                <td>
                  <Ago at={at} />
                </td>
                <td>
                  {actor}
                  {role && ` (${role})`}
                </td>
                <td>
                  {DONE[action] ?? action} <strong>{target}</strong>
                  <div className={styles.details}>{inWords(details)}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ShowOlder shown={changes.length} total={data.pages[0].total} noun="change" pages={pages} />
      <span className={styles.note}>
        The names come from Grafana; anyone who holds the API token could claim any name.
      </span>
    </Stack>
  );
}

/** As in "enabled: false → true". */
function inWords(details: Readonly<Record<string, unknown>>): string {
  const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(details)
    .map(([name, value]) => {
      const change = value as { before?: unknown; after?: unknown } | null;
      const isChange = typeof change === 'object' && change !== null && 'before' in change && 'after' in change;
      return `${name}: ${isChange ? `${shown(change.before)} → ${shown(change.after)}` : shown(value)}`;
    })
    .join(', ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Scrolls instead of making the page wider.
  box: css({ overflowX: 'auto', width: '100%', contain: 'inline-size' }),
  details: css({
    color: theme.colors.text.secondary,
    minWidth: theme.spacing(30),
    lineHeight: theme.typography.bodySmall.lineHeight,
    // Grafana's table keeps cells on one line.
    whiteSpace: 'normal',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
  note: css({ color: theme.colors.text.secondary }),
});
