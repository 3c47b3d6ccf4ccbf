import React from 'react';
import { Controller, useFormContext } from 'react-hook-form';
import {
  Checkbox,
  Collapse,
  Combobox,
  Field,
  Input,
  Label,
  MultiCombobox,
  RadioButtonGroup,
  Stack,
  useStyles2,
} from '@grafana/ui';

import { isRequired, SOURCE_FIELDS, type Field as Setting, type SourceFieldName } from '../../../contract/sourceFields';
import { collectorsIn } from '../../../contract/names';
import type { SourceView } from '../../../contract/sources';
import { splitBucket } from '../../../contract/splitBucket';
import { useCollectors } from '../../api/useCollectors';
import { AccessFields } from '../../components/AccessFields';
import { RegionCombobox } from '../../components/RegionCombobox';
import { useChosenFirst } from '../../components/useChosenFirst';
import { FormSection } from './FormSection';
import { OverlapWarning } from './OverlapWarning';
import { fieldsOf, LABELS, type SourceValues } from './sourceForm';
import { formStyles } from './styles';

const ACCESS_HELP = {
  key: 'Of an IAM user that has only the permissions shown under Permissions.',
  role: 'A role to take on, as in the account that owns the bucket.',
};

const DISCOVERY = [
  { value: 'list' as const, label: 'List the bucket' },
  { value: 'sqs' as const, label: 'SQS queue' },
];

const idOf = (name: SourceFieldName) => `source-${name}`;

/** The id of the field of the region, which the form itself cannot focus. */
export const REGION_ID = idOf('region');
const REGION_LABEL = 'source-region-label';

interface Props {
  stored?: SourceView;
  others: readonly SourceView[];
}

/** The settings that stand at a place of their own; the others follow in their part of the form. */
const PLACED: readonly SourceFieldName[] = ['name', 'bucket', 'prefix', 'region', 'pollSeconds', 'queueUrl'];

/** All settings of a source. */
export function SourceFields({ stored, others }: Props) {
  const styles = useStyles2(formStyles);
  const { control, watch, formState } = useFormContext<SourceValues>();
  const { errors, dirtyFields } = formState;
  const discovery = watch('discovery');
  return (
    <Stack direction="column" gap={4}>
      <FormSection title="Bucket">
        <SettingField name="name" />
        <BucketField />
        <div className={styles.pair}>
          <SettingField name="prefix" />
          <RegionField />
        </div>
        <OtherSettings section="bucket" />
        <OverlapWarning stored={stored} others={others} />
      </FormSection>

      <FormSection title="Access">
        <AccessFields help={ACCESS_HELP} stored={stored} />
      </FormSection>

      <FormSection title="New objects">
        <Field
          noMargin
          label={LABELS.discovery}
          description={
            discovery === 'sqs'
              ? 'S3 tells the queue of each new object. A queue belongs to one source only.'
              : 'Flowscope lists the bucket to find new objects.'
          }
        >
          <Controller
            control={control}
            name="discovery"
            render={({ field: { ref: _, ...field } }) => (
              <RadioButtonGroup {...field} id="source-discovery" aria-label={LABELS.discovery} options={DISCOVERY} />
            )}
          />
        </Field>
        {discovery === 'sqs' ? <SettingField name="queueUrl" required /> : <SettingField name="pollSeconds" />}
        <OtherSettings section="new-objects" />
      </FormSection>

      <Advanced
        isInUse={isInUse(stored) || ADVANCED.some((name) => dirtyFields[name])}
        hasError={ADVANCED.some((name) => errors[name])}
      >
        <OtherSettings section="advanced" />
      </Advanced>
    </Stack>
  );
}

/** The settings of a part of the form that have no place of their own. */
function OtherSettings({ section }: Pick<Setting, 'section'>) {
  const names = fieldsOf(section).filter((name) => !PLACED.includes(name));
  return names.map((name) => <SettingField key={name} name={name} />);
}

/** What the field of a setting has around its input. */
function useFieldProps(name: SourceFieldName) {
  const { formState } = useFormContext<SourceValues>();
  const error = formState.errors[name];
  const field: Setting = SOURCE_FIELDS[name];
  return {
    noMargin: true,
    label: field.label,
    description: field.description,
    required: field.type === 'number' || isRequired(field),
    invalid: !!error,
    error: error?.message,
  };
}

/** The field of a setting, by its type. `required`: also where the setting may be left out otherwise. */
function SettingField({ name, required }: { name: SourceFieldName; required?: boolean }) {
  const { register } = useFormContext<SourceValues>();
  const props = useFieldProps(name);
  const field: Setting = SOURCE_FIELDS[name];
  if (field.type === 'boolean') {
    return <Checkbox {...register(name)} label={field.label} description={field.description} />;
  }
  if (field.type === 'text' && field.choices === 'collectors') {
    return <CollectorField name={name} />;
  }
  const input = { ...register(name), id: idOf(name) };
  return (
    <Field {...props} required={required ?? props.required}>
      {field.type === 'number' ? (
        <Input {...input} type="number" min={field.min} max={field.max} width={20} suffix={field.unit} />
      ) : (
        <Input
          {...input}
          placeholder={field.placeholder}
          maxLength={field.maxLength}
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </Field>
  );
}

/** Takes one of the collectors, or several where there is a queue to share; nothing as long as there is only one. */
function CollectorField({ name }: { name: SourceFieldName }) {
  const { control, watch } = useFormContext<SourceValues>();
  const { description, ...props } = useFieldProps(name);
  const { data } = useCollectors();
  const chosen = collectorsIn(String(watch(name))).filter(Boolean);
  const names = [...new Set([...(data?.items.map((one) => one.name) ?? []), ...chosen])];
  const options = useChosenFirst(
    names.map((value) => ({ value, label: value })),
    chosen[0]
  );
  if (names.length < 2) {
    return null;
  }
  const labelId = `${idOf(name)}-label`;
  const isShared = watch('discovery') === 'sqs' || chosen.length > 1;
  return (
    <Field
      {...props}
      label={
        <Label id={labelId} htmlFor={idOf(name)} description={description}>
          {LABELS[name]}
        </Label>
      }
    >
      <Controller
        control={control}
        name={name}
        render={({ field }) =>
          isShared ? (
            <MultiCombobox
              aria-labelledby={labelId}
              options={options}
              value={chosen}
              onChange={(several) => field.onChange(several.map(({ value }) => value).join(','))}
              onBlur={field.onBlur}
              invalid={props.invalid}
            />
          ) : (
            <Combobox
              id={idOf(name)}
              aria-labelledby={labelId}
              options={options}
              value={chosen[0] ?? null}
              onChange={(option) => field.onChange(option?.value ?? '')}
              onBlur={field.onBlur}
              invalid={props.invalid}
            />
          )
        }
      />
    </Field>
  );
}

function RegionField() {
  const { control } = useFormContext<SourceValues>();
  const { description, ...props } = useFieldProps('region');
  return (
    <Field
      {...props}
      required={false}
      label={
        <Label id={REGION_LABEL} htmlFor={REGION_ID} description={description}>
          {LABELS.region} *
        </Label>
      }
    >
      <Controller
        control={control}
        name="region"
        render={({ field }) => (
          <RegionCombobox
            id={REGION_ID}
            labelId={REGION_LABEL}
            value={field.value}
            onChange={field.onChange}
            onBlur={field.onBlur}
            invalid={props.invalid}
          />
        )}
      />
    </Field>
  );
}

/** Takes a bucket’s name; what else people paste is split into bucket and prefix. */
function BucketField() {
  const props = useFieldProps('bucket');
  const { register, setValue } = useFormContext<SourceValues>();
  const take = (text: string): boolean => {
    const place = splitBucket(text);
    if (!place) {
      return false;
    }
    const options = { shouldDirty: true, shouldTouch: true, shouldValidate: true };
    setValue('bucket', place.bucket, options);
    setValue('prefix', place.prefix, options);
    return true;
  };
  const { onBlur, ...input } = register('bucket');
  return (
    <Field {...props}>
      <Input
        {...input}
        id={idOf('bucket')}
        autoComplete="off"
        spellCheck={false}
        onPaste={(event) => {
          if (take(event.clipboardData.getData('text'))) {
            event.preventDefault();
          }
        }}
        onBlur={(event) => {
          take(event.currentTarget.value);
          void onBlur(event);
        }}
      />
    </Field>
  );
}

const ADVANCED = fieldsOf('advanced');

/** Whether a source has anything of {@link ADVANCED} that is not the default. */
function isInUse(stored?: SourceView): boolean {
  const isDefault = (name: SourceFieldName) => {
    const { default: value = '' }: Setting = SOURCE_FIELDS[name];
    return (stored?.[name] ?? '') === value;
  };
  return stored !== undefined && !ADVANCED.every(isDefault);
}

/** Settings that few need, folded away unless in use. Errors in them stay visible: nothing else says why Save does nothing. */
function Advanced({ isInUse, hasError, children }: React.PropsWithChildren<{ isInUse: boolean; hasError: boolean }>) {
  const styles = useStyles2(formStyles);
  const [isOpen, setIsOpen] = React.useState<boolean>();
  if (hasError && !isOpen) {
    // Kept, so that it does not fold while somebody sets it right.
    setIsOpen(true);
  }
  return (
    <Collapse label="Advanced" isOpen={isOpen ?? isInUse} onToggle={setIsOpen}>
      <div className={styles.fields}>{children}</div>
    </Collapse>
  );
}
