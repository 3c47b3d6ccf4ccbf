import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, Stack, useStyles2 } from '@grafana/ui';

import { formatBytes } from '../../../reports/units';
import { Ago } from '../../components/Times';
import { sourceName, unlistedReason, type QuarantinedObject } from './Quarantine.utils';
import { getObjectTableStyles } from './objectTable.styles';
import { Quotes } from './Quotes';

interface Props {
  item: QuarantinedObject;
  isSelected: boolean;
  isChanging: boolean;
  onSelect: () => void;
  onRetry: () => void;
  onDismiss: () => void;
}

/** Row of a quarantined object with its actions. */
export function QuarantineRow({ item, isSelected, isChanging, onSelect, onRetry, onDismiss }: Props) {
  const styles = useStyles2(getStyles);
  const { key, size, reason, message, quotes, since, isListed } = item;
  return (
    <tr>
      <td>
        <Checkbox aria-label={`Select ${key}`} value={isSelected} onChange={onSelect} />
      </td>
      <td className={styles.source}>{sourceName(item)}</td>
      <td>
        <div className={styles.key}>{key}</div>
        <div className={styles.more}>{formatBytes(size)}</div>
      </td>
      <td>
        <code>{reason}</code> {message}
        {!isListed && <p className={styles.more}>{unlistedReason(item)}</p>}
        <Quotes quotes={quotes} />
      </td>
      <td className={styles.time}>
        <Ago at={since} />
      </td>
      <td>
        <Stack gap={1} justifyContent="flex-end" direction={{ xs: 'column', lg: 'row' }}>
          {isListed && (
            <Button
              size="sm"
              variant="secondary"
              aria-label={`Retry ${key}`}
              tooltip="Collect it again with the next scan"
              disabled={isChanging}
              onClick={onRetry}
            >
              Retry
            </Button>
          )}
          <Button
            size="sm"
            variant="secondary"
            fill="outline"
            aria-label={`Dismiss ${key}`}
            disabled={isChanging}
            onClick={onDismiss}
          >
            Dismiss
          </Button>
        </Stack>
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ...getObjectTableStyles(theme),
  more: css({ color: theme.colors.text.secondary, margin: 0 }),
});
