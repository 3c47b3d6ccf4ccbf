import React, { useState } from 'react';
import { Dropdown, IconButton, Menu } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { DeleteSource } from './DeleteSource';
import { useSourcesUrl } from './Sources.url';
import { useSwitching } from './Switching';

const buttonId = (id: string) => `source-actions-${id}`;

/** Back to where the menu was opened, which nothing else knows once its items are gone. */
export function focusActions(id: string): void {
  // After what was over the page has let the focus go.
  setTimeout(() => document.getElementById(buttonId(id))?.focus());
}

/** What can be done with a source, from its row. */
export function RowActions({ source }: { source: SourceView }) {
  const { open, showPermissions, showFlowLog } = useSourcesUrl();
  const { disable } = useSwitching();
  const [isDeleting, setIsDeleting] = useState(false);
  const { id, name, enabled } = source;
  const menu = (
    <Menu>
      <Menu.Item label="Edit" icon="pen" onClick={() => open(id)} />
      <Menu.Item label="Test" icon="check-circle" onClick={() => open(id, 'test')} />
      <Menu.Item label="Preview" icon="eye" onClick={() => open(id, 'preview')} />
      <Menu.Item label="Permissions" icon="lock" onClick={() => showPermissions(id)} />
      <Menu.Item label="Create a flow log" icon="file-alt" onClick={() => showFlowLog(id)} />
      {enabled ? (
        <Menu.Item label="Disable" icon="pause" onClick={() => disable(source)} />
      ) : (
        <Menu.Item label="Enable" icon="play" onClick={() => open(id, 'test')} />
      )}
      <Menu.Divider />
      <Menu.Item label="Delete" icon="trash-alt" destructive onClick={() => setIsDeleting(true)} />
    </Menu>
  );
  return (
    <>
      <Dropdown overlay={menu} placement="bottom-end">
        <IconButton id={buttonId(id)} name="ellipsis-v" size="lg" aria-label={`Actions for ${name}`} />
      </Dropdown>
      {isDeleting && (
        <DeleteSource
          source={source}
          onClose={() => {
            setIsDeleting(false);
            focusActions(id);
          }}
        />
      )}
    </>
  );
}
