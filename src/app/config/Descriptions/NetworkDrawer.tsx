import React from 'react';
import { Alert, Button, Drawer, Field, Input, Stack } from '@grafana/ui';

import { ChangeFailure } from '../../components/ChangeFailure';
import { DrawerBody } from '../../components/DrawerBody';
import { surprises, type Network } from './Networks.utils';
import { useNetworkForm } from './useNetworkForm';

interface Props {
  /** The network to edit, as it was when this was opened; absent to add one. */
  network?: Network;
  /** All of them. */
  networks: readonly Network[];
  onClose: () => void;
}

/** Form for adding or editing a named network. */
export function NetworkDrawer({ network, networks, onClose }: Props) {
  const { form, stored, saving, save, reload } = useNetworkForm(network, onClose);
  const { register, watch, formState } = form;
  const { errors } = formState;
  const said = surprises({ cidr: watch('cidr'), name: watch('name') }, networks);
  return (
    <Drawer
      title={stored ? `Edit network ${stored.name}` : 'Name a network'}
      subtitle={
        stored
          ? 'Reports show another name at once, over old data too.'
          : 'Its addresses are called so in traffic that is collected from now on.'
      }
      onClose={onClose}
    >
      <DrawerBody>
        <form onSubmit={(event) => void save(event)} noValidate>
          <Stack direction="column" gap={3}>
            <Field
              noMargin
              required
              label="Network"
              description={
                stored
                  ? 'Another CIDR is another network: name that one, then remove this.'
                  : 'A CIDR of IPv4 or IPv6, as in 10.0.0.0/8 or 2001:db8::/32.'
              }
              invalid={!!errors.cidr}
              error={errors.cidr?.message}
            >
              <Input
                {...register('cidr')}
                id="network-cidr"
                placeholder="10.0.0.0/8"
                autoComplete="off"
                readOnly={stored !== undefined}
              />
            </Field>
            <Field noMargin required label="Name" invalid={!!errors.name} error={errors.name?.message}>
              <Input {...register('name')} id="network-name" placeholder="Office Paris" autoComplete="off" />
            </Field>
            <Field
              noMargin
              label="Note"
              description="For administrators, such as who runs it."
              invalid={!!errors.note}
              error={errors.note?.message}
            >
              <Input {...register('note')} id="network-note" autoComplete="off" />
            </Field>
            <div aria-live="polite">
              {said.length > 0 && (
                <Alert severity="warning" title="Other networks have to do with it">
                  {said.map((sentence) => (
                    <div key={sentence}>{sentence}</div>
                  ))}
                </Alert>
              )}
            </div>
            <ChangeFailure title="The network was not saved" change={saving} onReload={reload} />
            <Stack gap={1} wrap="wrap">
              <Button type="submit" disabled={saving.isPending}>
                {saving.isPending ? 'Saving…' : 'Save'}
              </Button>
              <Button type="button" variant="secondary" fill="text" onClick={onClose}>
                Cancel
              </Button>
            </Stack>
          </Stack>
        </form>
      </DrawerBody>
    </Drawer>
  );
}
