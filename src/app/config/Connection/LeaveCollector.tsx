import React, { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Combobox, Field, Modal, Text } from '@grafana/ui';

import type { CollectorView } from '../../../contract/collectors';
import { formatCounted } from '../../../reports/units';
import { sidecar } from '../../api/sidecar';
import { Failure } from '../../components/Failure';
import { useChosenFirst } from '../../components/useChosenFirst';

interface Props {
  what: 'move' | 'remove';
  collector: CollectorView;
  /** To which its sources may go. */
  others: readonly CollectorView[];
  /** Told what was done, in words. */
  onDone: (what: string) => void;
  onDismiss: () => void;
}

/** Asks to which collector the sources of one go, which is removed afterwards or not. */
export function LeaveCollector({
  what,
  collector: { name, sources, plansInHand, isSilent },
  others,
  onDone,
  onDismiss,
}: Props) {
  const queries = useQueryClient();
  const [to, setTo] = useState(others[0]?.name ?? '');
  const options = useChosenFirst(
    others.map((one) => ({ value: one.name, label: one.name })),
    to
  );
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => (what === 'move' ? sidecar.collectors.move(name, { to }) : sidecar.collectors.remove(name, to)),
    onSuccess: (moved) => {
      const went = moved.sources.length > 0 ? `Moved to ${to}: ${moved.sources.join(', ')}. ` : '';
      const left =
        moved.plansInHand > 0 ? `It had ${formatCounted(moved.plansInHand, 'object')} in hand, which count once.` : '';
      onDone(`${what === 'remove' ? `Collector ${name} was removed. ` : ''}${went}${left}`.trim());
      onDismiss();
    },
    onSettled: () =>
      Promise.all(
        ['collectors', 'sources', 'audit'].map((resource) => queries.invalidateQueries({ queryKey: [resource] }))
      ),
  });
  const title = what === 'move' ? `Move the sources of ${name}` : `Remove collector ${name}?`;
  return (
    <Modal title={title} isOpen onDismiss={onDismiss}>
      <Text element="p">
        {what === 'remove' && 'Its token opens nothing from that moment on. '}
        {sources.length > 0 ? `Its sources: ${sources.join(', ')}. ` : 'It has no sources. '}
        {plansInHand > 0 &&
          `It has ${formatCounted(plansInHand, 'object')} in hand: whoever collects them writes the same points, so that they count once. `}
        {sources.length > 0 &&
          (isSilent
            ? 'It may still be alive: what it asks about them from then on is refused.'
            : 'What it asks about them from then on is refused.')}
      </Text>
      {sources.length > 0 && (
        <Field label="New collector" htmlFor="collector-to">
          <Combobox
            id="collector-to"
            aria-label="New collector"
            options={options}
            value={to || null}
            onChange={(option) => setTo(option?.value ?? '')}
          />
        </Field>
      )}
      {error && (
        <Failure
          title={what === 'move' ? 'The sources were not moved' : 'The collector was not removed'}
          error={error}
        />
      )}
      <Modal.ButtonRow>
        <Button variant="secondary" fill="outline" onClick={onDismiss}>
          Cancel
        </Button>
        <Button
          variant={what === 'move' ? 'primary' : 'destructive'}
          disabled={isPending || to === ''}
          onClick={() => mutate()}
        >
          {what === 'move' ? 'Move' : 'Remove'}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}
