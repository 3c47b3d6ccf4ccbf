import React from 'react';
import { ConfirmModal } from '@grafana/ui';

interface Props {
  /** What is to be disabled, as in `shop` or `3 exporters`. */
  what: string;
  /** Whether that is more than one. */
  areMany?: boolean;
  onConfirm: () => Promise<void>;
  onDismiss: () => void;
}

/**
 * Asks for confirmation before the records of exporters or flow logs are dropped, because dropped traffic cannot be recovered. The
 * children stand below that. Render it only when open: Grafana’s modal has no accessible name otherwise.
 */
export function DisableModal({
  what,
  areMany = false,
  onConfirm,
  onDismiss,
  children,
}: React.PropsWithChildren<Props>) {
  const [its, it] = areMany ? ['Their', 'them'] : ['Its', 'it'];
  return (
    <ConfirmModal
      isOpen
      title={`Disable ${what}?`}
      body={`${its} records are left out of the reports; only their number is kept. Their objects are still deleted from the bucket, so this traffic cannot be collected later.`}
      description={
        <>
          {children}
          <p>What was collected from {it} before stays in the reports.</p>
        </>
      }
      confirmText="Disable"
      onConfirm={onConfirm}
      onDismiss={onDismiss}
    />
  );
}
