import React from 'react';
import { Alert } from '@grafana/ui';

import type { LedgerState as State } from '../../../contract/collection';
import { Ago } from '../../components/Times';
import { objectState } from './Collection.words';

/** What viewers may know of an object. */
export function LedgerState({ objectKey, state, since }: State & { objectKey: string }) {
  return (
    <Alert severity={state === 'stored' || state === 'deleted' ? 'success' : 'info'} title={objectState(state)}>
      {objectKey} is in this state since <Ago at={since} />.
    </Alert>
  );
}
