import React from 'react';
import { css } from '@emotion/css';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, Stack, Text, useStyles2 } from '@grafana/ui';

import { EXPORTER_LIMITS } from '../../../contract/bounds';
import { setLimit } from '../../../contract/exporters';
import { formatCount, formatCounted } from '../../../reports/units';
import { ChangeFailure } from '../../components/ChangeFailure';
import { sentence } from '../../components/forms';
import { toastSuccess } from '../../components/toasts';
import { useEditedVersion, useSetLimit } from './Exporters.hooks';
import type { AllExporters } from './Exporters.utils';

/** Number of counted exporters, and the limit, editable. */
export function ExporterLimit({ counted, limit, version }: Pick<AllExporters, 'counted' | 'limit' | 'version'>) {
  const styles = useStyles2(getStyles, counted / limit);
  const saving = useSetLimit();
  const { register, handleSubmit, formState, reset, control } = useForm({
    resolver: zodResolver(setLimit),
    // Follows refetched data, but keeps input.
    values: { limit },
    resetOptions: { keepDirtyValues: true },
  });
  const { errors, isDirty } = formState;
  const { edited, takeLatest } = useEditedVersion(version, isDirty);
  const typed = useWatch({ control, name: 'limit' });
  const isBelowUse = isDirty && typed >= EXPORTER_LIMITS.min && typed < counted;

  const save = handleSubmit(async (what) => {
    await saving.mutateAsync({ version: edited, what }).then(
      () => {
        reset(what);
        toastSuccess(`Up to ${formatCount(what.limit)} exporters are now counted separately.`);
      },
      () => undefined
    );
  });

  return (
    <Stack direction="column" gap={2}>
      <div className={styles.places}>
        <Stack direction="column" gap={1}>
          <Text element="h2" variant="h3">
            {`${formatCount(counted)} of ${formatCount(limit)}`}
          </Text>
          <div
            className={styles.meter}
            role="meter"
            aria-label="Exporters counted"
            aria-valuemin={0}
            aria-valuemax={limit}
            aria-valuenow={Math.min(counted, limit)}
            aria-valuetext={`${counted} of ${limit}`}
          >
            <div className={styles.filled} />
          </div>
        </Stack>
        <form onSubmit={(event) => void save(event)} noValidate>
          <Field
            noMargin
            htmlFor="exporter-limit"
            label="Limit"
            description={`How many exporters are counted separately, ${EXPORTER_LIMITS.min} to ${formatCount(EXPORTER_LIMITS.max)}. New ones beyond it are counted together as one, called overflow.`}
            invalid={errors.limit !== undefined}
            error={errors.limit?.message && sentence(errors.limit.message)}
          >
            <Input
              {...register('limit', { valueAsNumber: true })}
              id="exporter-limit"
              type="number"
              {...EXPORTER_LIMITS}
              width={32}
              addonAfter={
                <Button type="submit" variant="secondary" disabled={!isDirty || saving.isPending}>
                  {saving.isPending ? 'Saving…' : 'Save limit'}
                </Button>
              }
            />
          </Field>
        </form>
      </div>
      <div aria-live="polite">
        {isBelowUse && (
          <Alert
            severity="warning"
            title={`${formatCount(typed)} is less than the ${formatCounted(counted, 'exporter')} that have a place`}
          >
            Those keep their places. New ones, and idle ones that show up again, are counted as overflow until{' '}
            {formatCounted(counted - typed + 1, 'exporter is', 'exporters are')} disabled or idle.
          </Alert>
        )}
      </div>
      <ChangeFailure title="The limit was not changed" change={saving} onReload={takeLatest} />
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2, share: number) => ({
  /** Side by side where there is room. */
  places: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${theme.spacing(45)}), 1fr))`,
    gap: theme.spacing(2, 5),
  }),
  meter: css({
    height: theme.spacing(1),
    borderRadius: theme.shape.radius.pill,
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    overflow: 'hidden',
  }),
  filled: css({
    height: '100%',
    width: `${Math.min(1, share) * 100}%`,
    background:
      share >= 1 ? theme.colors.error.main : share >= 0.9 ? theme.colors.warning.main : theme.colors.success.main,
  }),
});
