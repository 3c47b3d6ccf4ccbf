import React, { lazy, Suspense } from 'react';
import { AppPlugin, type AppPluginMeta, type AppRootProps, type PluginConfigPageProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';

import { Queries } from './app/api/Queries';
import { TabFrame } from './app/components/TabFrame';
import { TABS } from './app/plugin';

type TabProps = PluginConfigPageProps<AppPluginMeta>;

const LazyApp = lazy(() => import('./app/App').then(({ App }) => ({ default: App })));

function Root(props: AppRootProps) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading Flowscope" />}>
      <LazyApp {...props} />
    </Suspense>
  );
}

/** A config tab, loaded when it is opened. */
function tab(load: () => Promise<React.ComponentType<TabProps>>) {
  const Lazy = lazy(() => load().then((component) => ({ default: component })));
  return function Tab(props: TabProps) {
    return (
      <TabFrame>
        <Suspense fallback={<LoadingPlaceholder text="Loading" />}>
          <Queries>
            <Lazy {...props} />
          </Queries>
        </Suspense>
      </TabFrame>
    );
  };
}

export const plugin = new AppPlugin<{}>()
  .setRootPage(Root)
  .addConfigPage({
    id: TABS.connection,
    title: 'Connection',
    icon: 'plug',
    body: tab(() => import('./app/config/Connection/Connection').then(({ Connection }) => Connection)),
  })
  .addConfigPage({
    id: TABS.sources,
    title: 'S3 sources',
    icon: 'database',
    body: tab(() => import('./app/config/Sources/Sources').then(({ Sources }) => Sources)),
  })
  .addConfigPage({
    id: TABS.descriptions,
    title: 'Descriptions',
    icon: 'tag-alt',
    body: tab(() => import('./app/config/Descriptions/Descriptions').then(({ Descriptions }) => Descriptions)),
  })
  .addConfigPage({
    id: TABS.exporters,
    title: 'Exporters',
    icon: 'sitemap',
    body: tab(() => import('./app/config/Exporters/Exporters').then(({ Exporters }) => Exporters)),
  });
