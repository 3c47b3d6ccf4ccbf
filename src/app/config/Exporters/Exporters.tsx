import React, { useState } from 'react';
import { EmptyState, LinkButton, LoadingPlaceholder } from '@grafana/ui';

import { MAX_CHANGED } from '../../../contract/bounds';
import { exporterTitle } from '../../../contract/exporters';
import { formatCount, formatCounted } from '../../../reports/units';
import { useInvalidate } from '../../api/useChange';
import { useStickyError } from '../../api/useStickyError';
import { ChangeFailure } from '../../components/ChangeFailure';
import { DisableModal } from '../../components/DisableModal';
import { Failure } from '../../components/Failure';
import { TabBody } from '../../components/TabBody';
import { toastSuccess } from '../../components/toasts';
import { tabUrl } from '../../plugin';
import { ExporterActionsContext } from './ExporterActions';
import { ExporterLimit } from './ExporterLimit';
import { useExporters, useSwitchExporters, type Switched } from './Exporters.hooks';
import { listed, type AllExporters, type Exporter } from './Exporters.utils';
import { ExportersTable } from './ExportersTable';
import { ExporterWarnings } from './ExporterWarnings';

/** The Exporters tab: the limit, warnings, and the table of exporters. */
export function Exporters() {
  const { data, error, refetch } = useStickyError(useExporters());
  if (!data) {
    return error ? (
      <Failure title="The exporters cannot be shown" error={error} onRetry={() => void refetch()} />
    ) : (
      <LoadingPlaceholder text="Loading exporters" />
    );
  }
  return (
    <TabBody about="An exporter is an account and a VPC that flow logs come from. Each has a place under the limit, which keeps reports quick.">
      {error && <Failure title="What is shown may be out of date" error={error} onRetry={() => void refetch()} />}
      <ExporterLimit {...data} />
      <ExporterWarnings {...data} />
      {data.items.length === 0 ? (
        <EmptyState
          variant="call-to-action"
          message="No exporter yet: they appear with the first objects"
          button={<LinkButton href={tabUrl('sources')}>Open S3 sources</LinkButton>}
        />
      ) : (
        <Switchable {...data} />
      )}
    </TabBody>
  );
}

/** `1,000 of 2,500 exporters` */
const partOf = ({ done, of }: Switched) => `${formatCount(done)} of ${formatCounted(of, 'exporter')}`;

/** The table with selection, and the confirmation before exporters are disabled. */
function Switchable({ items, version }: AllExporters) {
  const reload = useInvalidate('exporters');
  const { switching, switched } = useSwitchExporters();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [leaving, setLeaving] = useState<readonly Exporter[]>();

  const change = async (which: readonly Exporter[], enabled: boolean) => {
    await switching.mutateAsync({ version, ids: which.map(({ id }) => id), enabled }).then(
      () => {
        const who =
          which.length === 1
            ? `${exporterTitle(which[0])} is`
            : formatCounted(which.length, 'exporter is', 'exporters are');
        toastSuccess(`${who} ${enabled ? 'enabled' : 'disabled'}.`);
        setSelected(new Set());
      },
      () => undefined
    );
    setLeaving(undefined);
  };

  const select = (id: string, isSelected: boolean) => {
    const next = new Set(selected);
    if (isSelected) {
      next.add(id);
    } else {
      next.delete(id);
    }
    setSelected(next);
  };

  const progress = switching.isPending && switched.of > MAX_CHANGED ? `${partOf(switched)} done` : undefined;

  return (
    <ExporterActionsContext.Provider
      value={{
        version,
        selected,
        select,
        progress,
        isChanging: switching.isPending,
        switchOn: (which) => void change(which, true),
        switchOff: setLeaving,
      }}
    >
      <ChangeFailure
        title={
          switched.done === 0
            ? 'The exporters were not changed'
            : `Only ${partOf(switched)} were ${switching.variables?.enabled ? 'enabled' : 'disabled'}`
        }
        change={switching}
        onReload={reload}
      />
      <ExportersTable exporters={items} onSelect={(ids) => setSelected(new Set(ids))} />
      {leaving && (
        <DisableModal
          what={leaving.length === 1 ? exporterTitle(leaving[0]) : formatCounted(leaving.length, 'exporter')}
          areMany={leaving.length > 1}
          onConfirm={() => change(leaving, false)}
          onDismiss={() => setLeaving(undefined)}
        >
          {leaving.length > 1 && <p>{listed(leaving.map(exporterTitle))}</p>}
          <p aria-live="polite">{progress}</p>
        </DisableModal>
      )}
    </ExporterActionsContext.Provider>
  );
}
