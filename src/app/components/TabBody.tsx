import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';

/** Layout of a config tab: an introduction, then its parts. */
export function TabBody({ about, children }: React.PropsWithChildren<{ about?: string }>) {
  return (
    <div className={useStyles2(getStyles)}>
      {about && (
        <Text element="p" color="secondary">
          {about}
        </Text>
      )}
      {children}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) =>
  css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(3),
  });
