import React, { lazy, Suspense } from 'react';
import type { IconName } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';

import { Queries } from '../api/Queries';
import { TABS } from '../plugin';

/** A part of the configuration: a tab of Grafana's page of the plugin, and of the app's own page. */
export interface ConfigTab {
  /** It stands in addresses. */
  readonly id: keyof typeof TABS;
  readonly title: string;
  readonly icon: IconName;
  /** Its content, loaded when it is opened. */
  readonly Body: React.ComponentType;
}

function loaded(load: () => Promise<React.ComponentType>): React.ComponentType {
  const Lazy = lazy(() => load().then((component) => ({ default: component })));
  return function Body() {
    return (
      <Suspense fallback={<LoadingPlaceholder text="Loading" />}>
        <Queries>
          <Lazy />
        </Queries>
      </Suspense>
    );
  };
}

/** The parts of the configuration, in their order. */
export const CONFIG_TABS: readonly ConfigTab[] = [
  {
    id: TABS.connection,
    title: 'Connection',
    icon: 'plug',
    Body: loaded(() => import('./Connection/Connection').then(({ Connection }) => Connection)),
  },
  {
    id: TABS.sources,
    title: 'S3 sources',
    icon: 'database',
    Body: loaded(() => import('./Sources/Sources').then(({ Sources }) => Sources)),
  },
  {
    id: TABS.descriptions,
    title: 'Descriptions',
    icon: 'tag-alt',
    Body: loaded(() => import('./Descriptions/Descriptions').then(({ Descriptions }) => Descriptions)),
  },
  {
    id: TABS.exporters,
    title: 'Exporters',
    icon: 'sitemap',
    Body: loaded(() => import('./Exporters/Exporters').then(({ Exporters }) => Exporters)),
  },
  {
    id: TABS.flowlogs,
    title: 'Flow logs',
    icon: 'layers-alt',
    Body: loaded(() => import('./FlowLogs/FlowLogs').then(({ FlowLogs }) => FlowLogs)),
  },
];
