import React, { useId, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, FieldValidationMessage, IconButton, Input, LinkButton, Stack, useStyles2 } from '@grafana/ui';

import { setAlias } from '../../../contract/exporters';
import { toFailure } from '../../api/failure';
import { sentence } from '../../components/forms';
import { toastSuccess } from '../../components/toasts';
import { useExporterActions } from './ExporterActions';
import { useEditedVersion, useSetAlias } from './Exporters.hooks';
import { reportOf, type ExporterRow } from './Exporters.utils';

/** Trims the alias before it is validated and sent. */
const typedAlias = setAlias.extend({ alias: z.string().trim().pipe(setAlias.shape.alias) });

/** Name of an exporter, with its alias editable in place. */
export function AliasCell({ row }: { row: ExporterRow }) {
  const styles = useStyles2(getStyles);
  const [isEditing, setEditing] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);

  return (
    <div className={styles.exporter}>
      {isEditing && (
        <div className={styles.over}>
          <AliasForm
            row={row}
            onClose={() => {
              setEditing(false);
              // The button is shown with the next frame.
              requestAnimationFrame(() => pencil.current?.focus());
            }}
          />
        </div>
      )}
      {/* Keeps its place while it is edited, so that the table does not move. */}
      <div style={isEditing ? { visibility: 'hidden' } : undefined}>
        <div className={styles.title}>
          <span>{row.title}</span>
          <IconButton
            ref={pencil}
            name="pen"
            size="sm"
            tooltip={`Edit the alias of ${row.title}`}
            onClick={() => setEditing(true)}
          />
          <LinkButton
            href={reportOf(row)}
            icon="chart-line"
            size="sm"
            fill="text"
            variant="secondary"
            tooltip="Report of its interfaces"
            aria-label={`Show ${row.title} in the report Interface`}
          />
        </div>
        {row.below && (
          <div className={styles.below} title={row.id}>
            {row.below}
          </div>
        )}
      </div>
    </div>
  );
}

function AliasForm({ row, onClose }: { row: ExporterRow; onClose: () => void }) {
  const styles = useStyles2(getStyles);
  const { version } = useExporterActions();
  const { edited, takeLatest } = useEditedVersion(version, true);
  const [before] = useState(row.alias);
  const [isReloaded, setReloaded] = useState(false);
  const errorId = useId();
  const saving = useSetAlias();
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(typedAlias),
    defaultValues: { id: row.id, alias: row.alias ?? '' },
  });
  const error = formState.errors.alias?.message ?? (saving.error ? toFailure(saving.error).message : undefined);
  const isStale = saving.error ? toFailure(saving.error).code === 'stale' : false;

  const reload = async () => {
    if (await takeLatest()) {
      saving.reset();
      setReloaded(true);
    }
  };
  const save = handleSubmit(async (what) => {
    await saving.mutateAsync({ version: edited, what }).then(
      () => {
        toastSuccess(what.alias ? `${row.id} is now called ${what.alias}.` : `${row.id} has no alias now.`);
        onClose();
      },
      () => undefined
    );
  });

  return (
    <form
      onSubmit={(event) => void save(event)}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      aria-label={`Alias of ${row.title}`}
    >
      <Stack gap={0.5}>
        <Input
          {...register('alias')}
          aria-label={`Alias of ${row.id}`}
          aria-describedby={errorId}
          invalid={error !== undefined}
          placeholder={row.name ?? row.id}
          width={24}
          autoFocus
        />
        {isStale ? (
          <Button variant="secondary" icon="sync" onClick={() => void reload()}>
            Reload and look again
          </Button>
        ) : (
          <Button type="submit" disabled={saving.isPending}>
            {saving.isPending ? 'Saving…' : 'Save'}
          </Button>
        )}
        <Button variant="secondary" fill="text" onClick={onClose}>
          Cancel
        </Button>
      </Stack>
      <div id={errorId} aria-live="polite">
        {error ? (
          <FieldValidationMessage>
            {isStale ? 'Somebody else changed the exporters in the meantime. Your input is kept.' : sentence(error)}
          </FieldValidationMessage>
        ) : (
          isReloaded && <span className={styles.below}>{whatChanged(before, row.alias)}</span>
        )}
      </div>
    </form>
  );
}

/** How the alias was changed by somebody else while it was edited. */
function whatChanged(before: string | undefined, now: string | undefined): string {
  if (now === before) {
    return 'This alias was not changed, something else was. Save again.';
  }
  return `${now === undefined ? 'Its alias was removed' : `It is now called “${now}”`}: saving replaces that.`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  exporter: css({ minWidth: theme.spacing(16), position: 'relative' }),
  over: css({
    position: 'absolute',
    top: theme.spacing(-1),
    left: theme.spacing(-1),
    zIndex: theme.zIndex.activePanel,
    padding: theme.spacing(1),
    background: theme.colors.background.elevated,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
  }),
  title: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  below: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
  }),
});
