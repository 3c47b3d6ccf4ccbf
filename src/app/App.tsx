import React from 'react';
import type { AppRootProps } from '@grafana/data';
import { Navigate, Route, Routes } from 'react-router-dom';

import { Queries } from './api/Queries';
import { Collection } from './pages/Collection/Collection';
import { Configuration } from './pages/Configuration/Configuration';
import { Reports } from './pages/Reports/Reports';
import { ROUTES } from './routes';

/** The app's router: one route per page, and the reports for everything else. */
export function App(_props: AppRootProps) {
  return (
    <Queries>
      <Routes>
        <Route path={ROUTES.reports} element={<Reports />} />
        <Route path={ROUTES.collection} element={<Collection />} />
        <Route path={`${ROUTES.config}/:tab?`} element={<Configuration />} />
        <Route path="*" element={<Navigate to={ROUTES.reports} replace />} />
      </Routes>
    </Queries>
  );
}
