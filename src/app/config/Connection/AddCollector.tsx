import React, { useState } from 'react';
import { Alert, Button, ClipboardButton, Field, Input, Modal, Stack, Text } from '@grafana/ui';

import { sidecar } from '../../api/sidecar';
import { useChange } from '../../api/useChange';
import { Failure } from '../../components/Failure';

const NAME_LENGTH = 64;

/** Asks for a name, then shows the new collector's token, which nobody is shown again. */
export function AddCollector({ onDismiss }: { onDismiss: () => void }) {
  const [name, setName] = useState('');
  const { mutate: add, data: added, isPending, error } = useChange('collectors', sidecar.collectors.add);
  return (
    <Modal title={added ? `Collector ${added.name} was added` : 'Add collector'} isOpen onDismiss={onDismiss}>
      {added ? (
        <>
          <Alert severity="info" title="Copy the token now: it is not shown again" />
          <Field
            label="Token"
            description="Whoever has it gets the credentials of the sources that are assigned to it."
          >
            <Stack gap={1}>
              <Input id="collector-token" readOnly value={added.token} />
              <ClipboardButton icon="copy" variant="secondary" getText={() => added.token}>
                Copy
              </ClipboardButton>
            </Stack>
          </Field>
          <Text element="p" color="secondary">
            On the other machine, with this sidecar’s address:
          </Text>
          <pre>FLOWSCOPE_JOIN_TOKEN=… flowscope serve --join https://HOST:9555</pre>
          <Text element="p" color="secondary">
            Then choose it as the collector of a source.
          </Text>
          <Modal.ButtonRow>
            <Button onClick={onDismiss}>Done</Button>
          </Modal.ButtonRow>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add(name.trim());
          }}
        >
          <Field label="Name" description="Letters, digits, dots, hyphens and underscores, such as west-1.">
            <Input
              id="collector-name"
              autoFocus
              value={name}
              maxLength={NAME_LENGTH}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </Field>
          {error && <Failure title="The collector was not added" error={error} />}
          <Modal.ButtonRow>
            <Button variant="secondary" fill="outline" onClick={onDismiss}>
              Cancel
            </Button>
            <Button type="submit" disabled={isPending || name.trim() === ''} icon={isPending ? 'spinner' : undefined}>
              Add
            </Button>
          </Modal.ButtonRow>
        </form>
      )}
    </Modal>
  );
}
