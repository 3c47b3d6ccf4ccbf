import React from 'react';
import { ConfirmModal } from '@grafana/ui';

import type { Item } from './installer/items';

/** Where Grafana keeps the replaced version. */
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

/** Asks for confirmation before a changed item is replaced with the shipped version. Render it only when open. */
export function ReplaceModal({ item, onConfirm, onDismiss }: Props) {
  return (
    <ConfirmModal
      isOpen
      title={`Replace ${item.title} with the shipped version?`}
      body="It becomes what this version of Flowscope ships, and later versions update it again."
      description={KEPT[item.kind]}
      confirmText="Replace with the shipped version"
      onConfirm={() => onConfirm(item)}
      onDismiss={onDismiss}
    />
  );
}
