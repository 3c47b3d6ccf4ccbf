import React from 'react';
import type { AppRootProps } from '@grafana/data';
import { Navigate, Route, Routes } from 'react-router-dom';

import { Reports } from './pages/Reports/Reports';
import { ROUTES } from './routes';

/** The app's router: one route per page, and the reports for everything else. */
export function App(_props: AppRootProps) {
  return (
    <Routes>
      <Route path={ROUTES.reports} element={<Reports />} />
      <Route path="*" element={<Navigate to={ROUTES.reports} replace />} />
    </Routes>
  );
}
