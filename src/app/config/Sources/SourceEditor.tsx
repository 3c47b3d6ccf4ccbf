import React, { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { FormProvider } from 'react-hook-form';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Stack, Text, useStyles2 } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { StateBadge } from '../../components/StateBadge';
import { ChangedMeanwhile } from './ChangedMeanwhile';
import { DeleteSource } from './DeleteSource';
import { FlowLogDrawer } from './FlowLogDrawer';
import { PermissionsButton } from './PermissionsButton';
import { PermissionsDrawer } from './PermissionsDrawer';
import { SourceFields } from './SourceFields';
import { toSourceInput } from './sourceForm';
import { useSource } from './Sources.hooks';
import { useSourcesUrl } from './Sources.url';
import { StateDetails } from './SourceState';
import { SourceSteps } from './SourceSteps';
import { useSourceEditor } from './useSourceEditor';
import { useUnsavedGuard } from './useUnsavedGuard';

interface Props {
  /** The source as it was read; none is there when one is added. */
  opened?: SourceView;
  others: readonly SourceView[];
  onAdded: (added: SourceView) => void;
}

/** The page of one source: its settings, and the way from there to collecting. */
export function SourceEditor({ opened, others, onAdded }: Props) {
  const styles = useStyles2(getStyles);
  const url = useSourcesUrl();
  const [isAsking, setIsAsking] = useState<'permissions' | 'flow-log' | 'delete'>();
  const editor = useSourceEditor({
    opened,
    taken: others.map(({ name }) => name),
    onAdded: (added) => guard.pass(() => onAdded(added)),
  });
  const { form, stored, isDirty, merge, test, preview } = editor;
  const guard = useUnsavedGuard(isDirty, stored?.name ?? 'the new source');
  const { data: now = stored } = useSource(stored?.id);
  const principalArn = test.job?.progress.find(({ id }) => id === 'credentials')?.signedInAs;

  // The list's Test, Preview and Enable lead here.
  useEffect(() => {
    if (url.run !== undefined) {
      void (url.run === 'test' ? test : preview).start();
      url.ran();
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, as the URL said when the page was opened
  }, []);

  return (
    <FormProvider {...form}>
      <Stack direction="column" gap={3}>
        <div className={styles.header}>
          <Button
            variant="secondary"
            fill="text"
            icon="arrow-left"
            className={styles.back}
            onClick={() => guard.leave(url.close)}
          >
            All sources
          </Button>
          <div className={styles.title}>
            <Text element="h2" variant="h3">
              {stored?.name ?? 'Add an S3 source'}
            </Text>
            {now && <StateBadge state={now.state} />}
            <div className={styles.actions}>
              <Button variant="secondary" icon="file-alt" onClick={() => setIsAsking('flow-log')}>
                Create a flow log
              </Button>
              <PermissionsButton onClick={() => setIsAsking('permissions')} />
              {stored && (
                <Button
                  variant="secondary"
                  icon="trash-alt"
                  aria-label={`Delete ${stored.name}`}
                  tooltip="Delete this source"
                  onClick={() => setIsAsking('delete')}
                />
              )}
            </div>
          </div>
        </div>
        {now && now.enabled && <StateDetails source={now} />}
        {now && stored && <ChangedMeanwhile now={now} stored={stored} isDirty={isDirty} merge={merge} />}
        <div className={styles.columns}>
          <form className={styles.form} onSubmit={editor.save} noValidate aria-label="Source">
            <SourceFields stored={stored} others={others} />
          </form>
          <SourceSteps editor={editor} />
        </div>
      </Stack>
      {guard.question}
      {isAsking === 'permissions' && (
        <PermissionsDrawer
          source={toSourceInput(form.getValues())}
          principalArn={principalArn}
          onClose={() => setIsAsking(undefined)}
        />
      )}
      {isAsking === 'flow-log' && (
        <FlowLogDrawer
          source={toSourceInput(form.getValues())}
          isStored={stored !== undefined}
          principalArn={principalArn}
          onClose={() => setIsAsking(undefined)}
        />
      )}
      {isAsking === 'delete' && now && (
        <DeleteSource source={now} onClose={() => setIsAsking(undefined)} onDone={() => guard.pass(url.close)} />
      )}
    </FormProvider>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1) }),
  // As a text it stands in line with what is below it.
  back: css({ marginLeft: theme.spacing(-2) }),
  title: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1.5), width: '100%' }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginLeft: 'auto' }),
  columns: css({
    display: 'grid',
    gap: theme.spacing(4),
    gridTemplateColumns: 'minmax(0, 1fr)',
    alignItems: 'start',
    [theme.breakpoints.up('lg')]: { gridTemplateColumns: 'minmax(0, 6fr) minmax(0, 5fr)' },
  }),
  form: css({ maxWidth: theme.spacing(90) }),
});
