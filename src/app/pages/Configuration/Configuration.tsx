import React from 'react';
import { css } from '@emotion/css';
import { Navigate, useParams } from 'react-router-dom';
import { PluginPage } from '@grafana/runtime';
import { Alert, useStyles2 } from '@grafana/ui';

import { CONFIG_TABS } from '../../config/tabs';
import { isAdmin, tabUrl } from '../../plugin';
import { useFirstField } from './useFirstField';

/** The configuration in the app's own frame: what Grafana's page of the plugin shows, by the tab that the address names. */
export function Configuration() {
  const { tab } = useParams();
  const open = CONFIG_TABS.find(({ id }) => id === tab);
  if (!open) {
    const [{ id: first }] = CONFIG_TABS;
    return <Navigate to={tab === undefined ? first : `../${first}`} relative="path" replace />;
  }
  const { Body } = open;
  const tabs = CONFIG_TABS.map(({ id, title, icon }) => ({
    ...{ id, text: title, icon, url: tabUrl(id), active: id === open.id },
  }));
  return isAdmin() ? (
    <PluginPage pageNav={{ text: 'Configuration', children: tabs }}>
      <Fields key={open.id}>
        <Body />
      </Fields>
    </PluginPage>
  ) : (
    <PluginPage pageNav={{ text: 'Configuration' }}>
      <Alert severity="info" title="Only administrators of the plugin may configure it" />
    </PluginPage>
  );
}

/** Begins at the first field of a tab. */
function Fields({ children }: React.PropsWithChildren) {
  const styles = useStyles2(getStyles);
  return (
    <div ref={useFirstField()} className={styles}>
      {children}
    </div>
  );
}

// Wide content scrolls in boxes of its own instead of widening the page.
const getStyles = () => css({ contain: 'inline-size' });
