import React from 'react';
import { ConfirmModal } from '@grafana/ui';

import type { Item } from './installer/items';

/** Where Grafana keeps what is replaced. */
const KEPT: Partial<Record<Item['kind'], string>> = {
  Dashboard: 'Your version stays in the dashboard’s history (Edit → Settings → Versions), where it can be restored.',
  'Alert rule': 'Your version stays in the rule’s history (its Versions tab), where it can be restored.',
};

interface Props {
  /** A dashboard or rule that somebody changed. */
  item: Item;
  onConfirm: (item: Item) => void;
  onDismiss: () => void;
}

/** Asks before ours takes the place of what people made of it. Render it only to ask. */
export function ReplaceModal({ item, onConfirm, onDismiss }: Props) {
  return (
    <ConfirmModal
      isOpen
      title={`Replace ${item.title} with ours?`}
      body="It becomes as this version of Flowscope ships it, and is updated with the next ones again."
      description={KEPT[item.kind]}
      confirmText="Replace with ours"
      onConfirm={() => onConfirm(item)}
      onDismiss={onDismiss}
    />
  );
}
