import React from 'react';
import { ConfirmModal } from '@grafana/ui';

import { exporterTitle } from '../../../contract/exporters';
import { formatCounted } from '../../../reports/units';
import { listed, type Exporter } from './Exporters.utils';

interface Props {
  /** Those to disable, one at least. */
  exporters: readonly Exporter[];
  /** How far it is, once that was confirmed and takes a while. */
  progress?: string;
  onConfirm: (exporters: readonly Exporter[], enabled: false) => Promise<void>;
  onDismiss: () => void;
}

/**
 * Asks before exporters are disabled, since what is dropped does not come back. Render it only to ask: Grafana’s modal has
 * no name for screen readers when it was there before it opened.
 */
export function DisableModal({ exporters, progress, onConfirm, onDismiss }: Props) {
  const isOne = exporters.length === 1;
  const [its, it] = isOne ? ['Its', 'it'] : ['Their', 'them'];
  return (
    <ConfirmModal
      isOpen
      title={
        isOne ? `Disable ${exporterTitle(exporters[0])}?` : `Disable ${formatCounted(exporters.length, 'exporter')}?`
      }
      body={`${its} records are left out of the reports; only their number is kept. Their objects are still deleted from the bucket, so this traffic cannot be collected later.`}
      description={
        <>
          {!isOne && <p>{listed(exporters.map(exporterTitle))}</p>}
          <p>What was collected from {it} before stays in the reports.</p>
          <p aria-live="polite">{progress}</p>
        </>
      }
      confirmText="Disable"
      onConfirm={() => onConfirm(exporters, false)}
      onDismiss={onDismiss}
    />
  );
}
