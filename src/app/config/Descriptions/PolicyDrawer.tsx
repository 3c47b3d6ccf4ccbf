import React from 'react';
import { Drawer, LoadingPlaceholder } from '@grafana/ui';

import { DrawerBody } from '../../components/DrawerBody';
import { Failure } from '../../components/Failure';
import { Policies } from '../../components/Policies';
import { useDescriptionPolicies } from './Descriptions.hooks';

/** The IAM policy that a sync needs, to copy. */
export function PolicyDrawer({ onClose }: { onClose: () => void }) {
  return (
    <Drawer
      title="Required policy"
      subtitle="The four Describe actions that a sync calls, and no more."
      onClose={onClose}
    >
      <DrawerBody>
        <RequiredPolicy />
      </DrawerBody>
    </Drawer>
  );
}

/** The policy without a drawer. */
export function RequiredPolicy() {
  const { data, error, refetch } = useDescriptionPolicies();
  if (error) {
    return <Failure title="The policy cannot be shown" error={error} onRetry={() => void refetch()} />;
  }
  return data ? <Policies documents={data} /> : <LoadingPlaceholder text="Loading the policy" />;
}
