import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Button, FieldSet, LoadingPlaceholder, Stack, Text, useStyles2 } from '@grafana/ui';

import type { CollectorView } from '../../../contract/collectors';
import { formatCount, formatCounted, formatSpan } from '../../../reports/units';
import { isOfConnection } from '../../api/failure';
import { useCollectors } from '../../api/useCollectors';
import { Failure } from '../../components/Failure';
import { Ago } from '../../components/Times';
import { AddCollector } from './AddCollector';
import { LeaveCollector } from './LeaveCollector';

const UNKNOWN = '–';

/** What is to be done with a collector. */
type Asked = { readonly what: 'move' | 'remove'; readonly collector: CollectorView };

/** Who collects: this sidecar, and those on other machines that have joined it. */
export function Collectors() {
  const { data, error, refetch } = useCollectors();
  const [isAdding, setIsAdding] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<string>();
  if (!data) {
    // The status above says it already.
    return error && isOfConnection(error) ? null : (
      <FieldSet label="Collectors">
        {error ? (
          <Failure title="The collectors cannot be shown" error={error} onRetry={() => void refetch()} />
        ) : (
          <LoadingPlaceholder text="Asking the sidecar" />
        )}
      </FieldSet>
    );
  }
  const { items } = data;
  return (
    <FieldSet label="Collectors">
      <Stack direction="column" gap={2} alignItems="flex-start">
        {items
          .filter(({ isSilent }) => isSilent)
          .map((one) => (
            <SilentWarning key={one.id} collector={one} />
          ))}
        {items.length > 1 ? (
          <CollectorTable items={items} onAsk={setAsked} />
        ) : (
          <Text element="p" color="secondary">
            This sidecar collects alone. Sidecars on other machines, such as one near a bucket or more for one queue,
            can join it: they need InfluxDB, AWS and this sidecar’s API, and keep nothing on their disks.
          </Text>
        )}
        {done !== undefined && <Alert severity="success" title={done} onRemove={() => setDone(undefined)} />}
        <Button variant="secondary" icon="plus" onClick={() => setIsAdding(true)}>
          Add collector
        </Button>
      </Stack>
      {isAdding && <AddCollector onDismiss={() => setIsAdding(false)} />}
      {asked && (
        <LeaveCollector
          {...asked}
          others={items.filter(({ id }) => id !== asked.collector.id)}
          onDone={setDone}
          onDismiss={() => setAsked(undefined)}
        />
      )}
    </FieldSet>
  );
}

function SilentWarning({ collector: { name, heard, isPrimary, sources, plansInHand } }: { collector: CollectorView }) {
  return (
    <Alert severity="warning" title={`Collector ${name} is silent`}>
      It was last heard <Ago at={heard} />.{' '}
      {sources.length > 0 &&
        `Nothing new is collected from ${sources.join(', ')} unless another one works on it, too. `}
      {plansInHand > 0 && `It has ${formatCounted(plansInHand, 'object')} in hand. `}
      {!isPrimary &&
        sources.length > 0 &&
        'Its sources may be moved, although it may still be alive: nothing is lost or counted twice.'}
    </Alert>
  );
}

function CollectorTable({ items, onAsk }: { items: readonly CollectorView[]; onAsk: (asked: Asked) => void }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box} tabIndex={0} role="region" aria-label="Collectors">
      <table className="filter-table">
        <thead>
          <tr>
            {['Name', 'Version, host', 'Last heard', 'Sources', 'Records/s', 'Lag', 'Errors', ''].map((title) => (
              <th key={title} scope="col">
                {title || <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={one.id}>
              <td>
                {one.name} <StateOf collector={one} />
                {one.waiting !== undefined && <div className={styles.more}>{one.waiting}</div>}
              </td>
              <td>
                {one.version ?? UNKNOWN}
                <div className={styles.more}>{one.host}</div>
              </td>
              <td>
                <Ago at={one.heard} />
              </td>
              <td className={styles.sources}>{one.sources.join(', ') || UNKNOWN}</td>
              <td>{one.recordsPerSecond === undefined ? UNKNOWN : formatCount(Math.round(one.recordsPerSecond))}</td>
              <td>{one.lag === undefined ? UNKNOWN : formatSpan(one.lag)}</td>
              <td>{one.errors === undefined ? UNKNOWN : formatCount(one.errors)}</td>
              <td>
                <Stack gap={1} justifyContent="flex-end">
                  <Button
                    variant="secondary"
                    size="sm"
                    disabled={one.sources.length === 0}
                    aria-label={`Move sources of ${one.name}`}
                    onClick={() => onAsk({ what: 'move', collector: one })}
                  >
                    Move sources
                  </Button>
                  {!one.isPrimary && (
                    <Button
                      variant="destructive"
                      fill="outline"
                      size="sm"
                      aria-label={`Remove ${one.name}`}
                      onClick={() => onAsk({ what: 'remove', collector: one })}
                    >
                      Remove
                    </Button>
                  )}
                </Stack>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StateOf({ collector: { heard, isSilent, waiting, isPrimary } }: { collector: CollectorView }) {
  if (isSilent) {
    return <Badge text="Silent" color="red" icon="exclamation-circle" />;
  }
  if (waiting !== undefined) {
    return <Badge text="Waits" color="orange" icon="hourglass" />;
  }
  return heard === undefined && !isPrimary ? <Badge text="Never joined" color="blue" icon="hourglass" /> : null;
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Scrolls instead of making the page wider.
  box: css({ overflowX: 'auto', width: '100%', contain: 'inline-size' }),
  more: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'normal',
    overflowWrap: 'anywhere',
  }),
  sources: css({ '&&': { whiteSpace: 'normal', overflowWrap: 'anywhere', minWidth: theme.spacing(12) } }),
});
