import React, { lazy, Suspense } from 'react';
import { AppPlugin, type AppRootProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';

import { TabFrame } from './app/components/TabFrame';
import { CONFIG_TABS } from './app/config/tabs';

const LazyApp = lazy(() => import('./app/App').then(({ App }) => ({ default: App })));

function Root(props: AppRootProps) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading Flowscope" />}>
      <LazyApp {...props} />
    </Suspense>
  );
}

export const plugin = new AppPlugin<{}>().setRootPage(Root);

// The app's own page of the configuration shows the same, with more room.
for (const { id, title, icon, Body } of CONFIG_TABS) {
  const Tab = () => (
    <TabFrame>
      <Body />
    </TabFrame>
  );
  plugin.addConfigPage({ id, title, icon, body: Tab });
}
