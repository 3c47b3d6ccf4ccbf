import React from 'react';
import { LoadingPlaceholder } from '@grafana/ui';

import { useSources } from '../../api/useSources';
import { Failure } from '../../components/Failure';
import { HoldNotice } from '../../components/HoldNotice';
import { TabBody } from '../../components/TabBody';
import { FlowLogDrawer } from './FlowLogDrawer';
import { PermissionsDrawer } from './PermissionsDrawer';
import { focusActions } from './RowActions';
import { sourceValues, toSourceInput } from './sourceForm';
import { SourceList } from './SourceList';
import { SourcePage } from './SourcePage';
import { useSourcesUrl } from './Sources.url';

/** The S3 sources tab: the list of sources, or the page of one. */
export function Sources() {
  const { data: sources, error, refetch } = useSources();
  const { source: id, permissions, flowLog, close } = useSourcesUrl();
  if (!sources) {
    return error ? (
      <Failure title="The sources cannot be shown" error={error} onRetry={() => void refetch()} />
    ) : (
      <LoadingPlaceholder text="Reading the sources" />
    );
  }
  const asked = sources.find((source) => source.id === (permissions ?? flowLog));
  const back = () => {
    close();
    if (asked) {
      focusActions(asked.id);
    }
  };
  return (
    <TabBody>
      {error && <Failure title="What is shown may be old" error={error} onRetry={() => void refetch()} />}
      <HoldNotice />
      {id === undefined ? <SourceList sources={sources} /> : <SourcePage id={id} sources={sources} />}
      {asked && permissions !== undefined && (
        <PermissionsDrawer source={toSourceInput(sourceValues(asked))} onClose={back} />
      )}
      {flowLog !== undefined && (
        <FlowLogDrawer
          source={asked && toSourceInput(sourceValues(asked))}
          isStored={asked !== undefined}
          onClose={back}
        />
      )}
    </TabBody>
  );
}
