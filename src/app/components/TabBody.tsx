import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';

/** A config tab: what it is about in a sentence or two, then its parts, one below the other. */
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
