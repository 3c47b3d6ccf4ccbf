import React, { useState } from 'react';
import { css } from '@emotion/css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, LoadingPlaceholder, RadioButtonGroup, Stack, useStyles2, type BadgeColor } from '@grafana/ui';

import type { LogLevel } from '../../../contract/logLevels';
import { sidecar } from '../../api/sidecar';
import { Failure } from '../../components/Failure';
import { CollapsedPart, ShowOlder } from './CollapsedPart';

const PAGE = 100;

const LEVELS: ReadonlyArray<{ value: LogLevel; label: string }> = [
  { value: 'error', label: 'Errors' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'debug', label: 'All' },
];

const COLORS: Readonly<Record<LogLevel, BadgeColor>> = {
  ...{ trace: 'darkgrey', debug: 'darkgrey', info: 'blue' },
  ...{ warn: 'orange', error: 'red', fatal: 'red' },
};

/** The last lines of the sidecar's log, fetched when it is opened. */
export function SidecarLog() {
  return (
    <CollapsedPart label="Log of the sidecar">
      <Lines />
    </CollapsedPart>
  );
}

function Lines() {
  const styles = useStyles2(getStyles);
  const [level, setLevel] = useState<LogLevel>('debug');
  const pages = useInfiniteQuery({
    queryKey: ['log', level],
    queryFn: ({ pageParam, signal }) => sidecar.log({ level, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    // Whoever opens it wants to see what there is now.
    gcTime: 0,
  });
  const { data, error, refetch, isFetching } = pages;
  const lines = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      <Stack gap={1} wrap="wrap" alignItems="center">
        <RadioButtonGroup<LogLevel>
          aria-label="Show"
          size="sm"
          options={[...LEVELS]}
          value={level}
          onChange={setLevel}
        />
        <Button variant="secondary" size="sm" icon="sync" disabled={isFetching} onClick={() => void refetch()}>
          Refresh
        </Button>
      </Stack>
      {error && <Failure title="The log cannot be shown" error={error} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingPlaceholder text="Reading the log" />}
      {data && lines.length === 0 && <p>{level === 'debug' ? 'The log is empty.' : 'The log has no such lines.'}</p>}
      {lines.length > 0 && (
        <>
          <div className={styles.box} tabIndex={0} role="region" aria-label="Lines of the log">
            <table className="filter-table">
              <thead>
                <tr>
                  <th>When</th>
                  <th>Level</th>
                  <th>What</th>
                </tr>
              </thead>
              <tbody>
                {lines.map(({ id, at, level: of, message, details }) => (
                  <tr key={id}>
                    <td className={styles.when}>{dateTimeFormat(at, { defaultWithMS: true })}</td>
                    <td>
                      <Badge text={of} color={COLORS[of]} />
                    </td>
                    <td className={styles.text}>
                      {message}
                      {details && <div className={styles.details}>{details}</div>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <ShowOlder shown={lines.length} total={data!.pages[0].total} noun="line" pages={pages} />
        </>
      )}
      <span className={styles.note}>
        The last 2,000 lines, without secrets. To hand them on: flowscope support FILE, where the sidecar runs.
      </span>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Scrolls instead of making the page wider or longer.
  box: css({ overflow: 'auto', maxHeight: '60vh', width: '100%', contain: 'inline-size' }),
  when: css({ whiteSpace: 'nowrap' }),
  text: css({
    minWidth: theme.spacing(30),
    // Grafana's table keeps cells on one line.
    '&&': { whiteSpace: 'pre-wrap' },
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
  details: css({ color: theme.colors.text.secondary }),
  note: css({ color: theme.colors.text.secondary }),
});
