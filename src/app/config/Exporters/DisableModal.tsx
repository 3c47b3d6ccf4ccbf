import React from 'react';
import { ConfirmModal } from '@grafana/ui';

import { exporterTitle } from '../../../contract/exporters';
import { formatCounted } from '../../../reports/units';
import { listed, type Exporter } from './Exporters.utils';

interface Props {
  /** Exporters to disable, at least one. */
  exporters: readonly Exporter[];
  /** Progress, if disabling takes several requests. */
  progress?: string;
  onConfirm: (exporters: readonly Exporter[], enabled: false) => Promise<void>;
  onDismiss: () => void;
}

/**
 * Asks for confirmation before exporters are disabled, because dropped traffic cannot be recovered. Render it only when open:
 * Grafana’s modal has no accessible name otherwise.
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
