import React, { useState } from 'react';
import { EmptyState, LinkButton, LoadingPlaceholder } from '@grafana/ui';

import { useInvalidate } from '../../api/useChange';
import { useStickyError } from '../../api/useStickyError';
import { ChangeFailure } from '../../components/ChangeFailure';
import { DisableModal } from '../../components/DisableModal';
import { Failure } from '../../components/Failure';
import { TabBody } from '../../components/TabBody';
import { toastSuccess } from '../../components/toasts';
import { tabUrl } from '../../plugin';
import { useFlowLogs, useSwitchFlowLog, type AllFlowLogs } from './FlowLogs.hooks';
import { FlowLogsTable } from './FlowLogsTable';
import { FlowLogWarnings, whatDiffers } from './FlowLogWarnings';

/** The Flow logs tab: which log the same, what is left out, and the table of flow logs. */
export function FlowLogs() {
  const { data, error, refetch } = useStickyError(useFlowLogs());
  if (!data) {
    return error ? (
      <Failure title="The flow logs cannot be shown" error={error} onRetry={() => void refetch()} />
    ) : (
      <LoadingPlaceholder text="Loading flow logs" />
    );
  }
  return (
    <TabBody about="The flow logs that objects were collected of, by the id in their names. Two of them over the same interfaces count each record twice: disable one of the two, here or in AWS.">
      {error && <Failure title="What is shown may be out of date" error={error} onRetry={() => void refetch()} />}
      {data.items.length === 0 ? (
        <EmptyState
          variant="call-to-action"
          message="No flow log yet: they appear with the first objects whose names say their flow log (fl-…)"
          button={<LinkButton href={tabUrl('sources')}>Open S3 sources</LinkButton>}
        />
      ) : (
        <Switchable {...data} />
      )}
    </TabBody>
  );
}

/** Warnings and table, and the confirmation before a flow log is disabled. */
function Switchable({ items, version, overlaps, leftOut }: AllFlowLogs) {
  const reload = useInvalidate('flow-logs');
  const switching = useSwitchFlowLog();
  const [leaving, setLeaving] = useState<string>();

  const change = async (id: string, enabled: boolean) => {
    await switching.mutateAsync({ version, id, enabled }).then(
      () => toastSuccess(`${id} is ${enabled ? 'enabled' : 'disabled'}.`),
      () => undefined
    );
    setLeaving(undefined);
  };
  const controls = {
    isChanging: switching.isPending,
    onEnable: (id: string) => void change(id, true),
    onDisable: setLeaving,
  };
  const shared = overlaps.filter(({ flowLogs }) => leaving !== undefined && flowLogs.includes(leaving));
  return (
    <>
      <FlowLogWarnings overlaps={overlaps} leftOut={leftOut} {...controls} />
      <ChangeFailure title="The flow log was not changed" change={switching} onReload={reload} />
      <FlowLogsTable flowLogs={items} {...controls} />
      {leaving !== undefined && (
        <DisableModal what={leaving} onConfirm={() => change(leaving, false)} onDismiss={() => setLeaving(undefined)}>
          {shared.flatMap(whatDiffers).map((text) => (
            <p key={text}>{text}</p>
          ))}
          {shared.length === 0 && <p>No other flow log is known to log its interfaces: reports will lack them.</p>}
        </DisableModal>
      )}
    </>
  );
}
