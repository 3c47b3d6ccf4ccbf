import React, { useMemo } from 'react';
import { Controller, useFormContext } from 'react-hook-form';
import { Combobox, Field, Input, Label, MultiCombobox, RadioButtonGroup } from '@grafana/ui';

import { AccessFields } from '../../components/AccessFields';
import { REGION_OPTIONS } from '../../components/regions';
import { useChosenFirst } from '../../components/useChosenFirst';
import { listed, type Account, type AccountValues } from './Descriptions.utils';

const WAYS = [
  { label: 'Own credentials', value: 'own' as const },
  { label: 'Same as a source', value: 'source' as const },
];
const ACCESS_HELP = {
  key: 'An access key of an IAM user that has only the permissions under Required policy.',
  role: 'A role to assume, for example in the account whose names are read.',
};

interface Props {
  /** The account being edited; undefined for a new one. */
  stored: Account | undefined;
  /** Names of sources by id. */
  sources: ReadonlyMap<string, string>;
  /** Regions of accounts without regions of their own; none: all that an account has enabled. */
  usual: readonly string[];
}

/** Fields of an account. */
export function AccountFields({ stored, sources, usual }: Props) {
  const { control, register, watch, formState } = useFormContext<AccountValues>();
  const { errors } = formState;
  return (
    <>
      <Field noMargin required label="Name" invalid={!!errors.name} error={errors.name?.message}>
        <Input {...register('name')} id="account-name" placeholder="production" autoComplete="off" />
      </Field>
      <Field
        noMargin
        label="Sign in with"
        description={sources.size === 0 ? 'Once there is a source, an account can use its credentials.' : undefined}
      >
        <Controller
          control={control}
          name="as"
          render={({ field: { ref: _, ...field } }) => (
            <RadioButtonGroup
              {...field}
              aria-label="Sign in with"
              options={WAYS}
              disabledOptions={sources.size === 0 ? ['source'] : []}
            />
          )}
        />
      </Field>
      {watch('as') === 'own' ? (
        <AccessFields help={ACCESS_HELP} stored={stored?.sameAs === undefined ? stored : undefined} />
      ) : (
        <SourceField sources={sources} />
      )}
      <RegionsField usual={usual} />
    </>
  );
}

/** The source whose credentials the account uses. */
function SourceField({ sources }: Pick<Props, 'sources'>) {
  const { control, watch, formState } = useFormContext<AccountValues>();
  const { sameAs: error } = formState.errors;
  const sameAs = watch('sameAs');
  const named = useMemo(() => [...sources].map(([value, label]) => ({ value, label })), [sources]);
  const offered = useChosenFirst(named, sources.has(sameAs) ? sameAs : undefined);
  return (
    <Field
      noMargin
      required
      label="Source"
      description="Changes to that source’s credentials or role also apply to this account."
      htmlFor="account-source"
      invalid={!!error}
      error={error?.message}
    >
      <Controller
        control={control}
        name="sameAs"
        render={({ field: { ref: _, onChange, value, ...field } }) => (
          <Combobox
            {...field}
            id="account-source"
            placeholder="Choose a source"
            options={offered}
            value={value || null}
            // The Combobox may call back with undefined, against its type, and then shows nothing.
            onChange={(option: { value: string } | undefined) => onChange(option?.value ?? '')}
          />
        )}
      />
    </Field>
  );
}

function RegionsField({ usual }: Pick<Props, 'usual'>) {
  const { control, formState } = useFormContext<AccountValues>();
  const { regions: error } = formState.errors;
  return (
    <Field
      noMargin
      // This combobox takes no id, so it refers to its label instead.
      label={
        <Label
          id="account-regions"
          description={`Empty: ${usual.length > 0 ? `${listed(usual)} (FLOWSCOPE_AWS_REGIONS of the sidecar)` : 'all that the account has enabled'}. Others can be typed.`}
        >
          Regions
        </Label>
      }
      invalid={!!error}
      error={regionsError(error)}
    >
      <Controller
        control={control}
        name="regions"
        render={({ field: { ref: _, onChange, ...field } }) => (
          <MultiCombobox
            {...field}
            aria-labelledby="account-regions"
            placeholder="Choose or type regions"
            createCustomValue
            isClearable
            options={REGION_OPTIONS}
            onChange={(options) => onChange(options.map(({ value }) => value))}
          />
        )}
      />
    </Field>
  );
}

/** Error of the field, or of the first invalid region. */
function regionsError(error: unknown): string | undefined {
  const all = [error, ...(Array.isArray(error) ? (error as unknown[]) : [])];
  return all.map((one) => (one as { message?: string } | undefined)?.message).find(Boolean);
}
