import React, { lazy, Suspense } from 'react';
import { AppPlugin, type AppRootProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';

const LazyApp = lazy(() => import('./app/App').then(({ App }) => ({ default: App })));

function Root(props: AppRootProps) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading Flowscope" />}>
      <LazyApp {...props} />
    </Suspense>
  );
}

export const plugin = new AppPlugin<{}>().setRootPage(Root);
