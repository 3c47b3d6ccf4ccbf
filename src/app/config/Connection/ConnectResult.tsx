import React from 'react';
import { Alert } from '@grafana/ui';

import type { HealthDetails } from '../../../contract/health';
import { storeProblem } from './Connection.utils';

/** What a sidecar that was connected says: all is well, or its store is not. */
export function ConnectResult({ details }: { details: HealthDetails }) {
  const problem = storeProblem(details);
  return (
    <>
      <Alert severity="success" title={`Connected, version ${details.version}`} />
      {problem && <Alert severity="error" title={problem} />}
    </>
  );
}
