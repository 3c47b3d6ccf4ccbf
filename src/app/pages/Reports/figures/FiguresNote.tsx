import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, useStyles2 } from '@grafana/ui';

import { Clock } from '../../../components/Times';
import type { Figures } from './useFigures';

/** Which time the figures of the cards are of, or why there are none. */
export function FiguresNote({ range, error, retry }: Figures) {
  const styles = useStyles2(getStyles);
  if (error) {
    return (
      <div role="status" className={styles.warning}>
        <Icon name="exclamation-triangle" /> The figures of the cards cannot be read{range && ' any more'}:{' '}
        {error.message}{' '}
        <Button variant="secondary" size="sm" fill="text" onClick={retry}>
          Try again
        </Button>
      </div>
    );
  }
  return range ? (
    <div className={styles.note}>
      The cards show <Clock at={range.from / 1000} /> to <Clock at={range.to / 1000} />.
    </div>
  ) : null;
}

const getStyles = (theme: GrafanaTheme2) => ({
  note: css({ color: theme.colors.text.secondary }),
  warning: css({ color: theme.colors.warning.text }),
});
