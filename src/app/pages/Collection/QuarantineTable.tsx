import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, ConfirmModal, useStyles2 } from '@grafana/ui';

import { formatCount, formatCounted } from '../../../reports/units';
import { getObjectTableStyles } from './objectTable.styles';
import { QuarantineRow } from './QuarantineRow';
import { idOf, type QuarantinedObject } from './Quarantine.utils';

interface Props {
  items: readonly QuarantinedObject[];
  /** How many there are in all. */
  total: number;
  isChanging: boolean;
  onChange: (verb: 'retry' | 'dismiss', chosen: QuarantinedObject[]) => Promise<void>;
  /** Shows more of them; undefined when all are shown. */
  onMore?: () => void;
  isLoadingMore: boolean;
}

/** Objects in quarantine, to be retried or dismissed one by one or many at once. */
export function QuarantineTable({ items, total, isChanging, onChange, onMore, isLoadingMore }: Props) {
  const styles = useStyles2(getStyles);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [dismissing, setDismissing] = useState<QuarantinedObject[]>([]);
  // Objects that have gone in the meantime are no longer selected.
  const chosen = items.filter((item) => selected.has(idOf(item)));
  const retriable = chosen.filter(({ isListed }) => isListed);

  const select = (item: QuarantinedObject) => {
    const next = new Set(selected);
    if (!next.delete(idOf(item))) {
      next.add(idOf(item));
    }
    setSelected(next);
  };

  return (
    <>
      <div className={styles.bar} role="group" aria-label="Selected objects">
        <span aria-live="polite">
          {chosen.length === 0 ? 'None selected' : `${formatCount(chosen.length)} selected`}
        </span>
        <Button
          size="sm"
          variant="secondary"
          icon="sync"
          disabled={retriable.length === 0 || isChanging}
          onClick={() => void onChange('retry', retriable)}
        >
          Retry selected
        </Button>
        <Button
          size="sm"
          variant="secondary"
          icon="times"
          disabled={chosen.length === 0 || isChanging}
          onClick={() => setDismissing(chosen)}
        >
          Dismiss selected
        </Button>
        {retriable.length < chosen.length && (
          <span className={styles.note}>
            {formatCounted(chosen.length - retriable.length, 'object')} of them cannot be retried.
          </span>
        )}
      </div>
      <div className={styles.box} role="region" aria-label="Objects in quarantine" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">
                <Checkbox
                  aria-label="Select all that are shown"
                  value={chosen.length === items.length}
                  indeterminate={chosen.length > 0 && chosen.length < items.length}
                  onChange={() => setSelected(chosen.length === items.length ? new Set() : new Set(items.map(idOf)))}
                />
              </th>
              {['Source', 'Object', 'Reason', 'Since'].map((heading) => (
                <th scope="col" key={heading}>
                  {heading}
                </th>
              ))}
              <th scope="col">
                <span className={styles.hidden}>Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <QuarantineRow
                key={idOf(item)}
                item={item}
                isSelected={selected.has(idOf(item))}
                isChanging={isChanging}
                onSelect={() => select(item)}
                onRetry={() => void onChange('retry', [item])}
                onDismiss={() => setDismissing([item])}
              />
            ))}
          </tbody>
        </table>
      </div>
      {onMore && (
        <Button variant="secondary" size="sm" onClick={onMore} disabled={isLoadingMore}>
          {isLoadingMore ? 'Loading' : `Show more: ${formatCount(items.length)} of ${formatCount(total)} are shown`}
        </Button>
      )}
      {/* Rendered only when open: Grafana's modal has no accessible name otherwise. */}
      {dismissing.length > 0 && (
        <ConfirmModal
          isOpen
          title={
            dismissing.length === 1 ? 'Dismiss this notice?' : `Dismiss ${formatCounted(dismissing.length, 'notice')}?`
          }
          body="The objects stay in the bucket and are read again only if they are overwritten. Their records stay missing from the reports."
          confirmText="Dismiss"
          onConfirm={async () => {
            await onChange('dismiss', dismissing);
            setDismissing([]);
          }}
          onDismiss={() => setDismissing([])}
        />
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ...getObjectTableStyles(theme),
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(1),
  }),
  note: css({ color: theme.colors.text.secondary }),
  hidden: css({ position: 'absolute', clip: 'rect(0 0 0 0)', width: 1, height: 1, overflow: 'hidden' }),
});
