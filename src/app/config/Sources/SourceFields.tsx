import React from 'react';
import { Controller, useFormContext } from 'react-hook-form';
import { Checkbox, Collapse, Combobox, Field, Input, Label, RadioButtonGroup, Stack, useStyles2 } from '@grafana/ui';

import { OBJECTS_IN_FLIGHT, POLL_SECONDS } from '../../../contract/bounds';
import type { SourceView } from '../../../contract/sources';
import { splitBucket } from '../../../contract/splitBucket';
import { AccessFields } from '../../components/AccessFields';
import { REGION_OPTIONS } from '../../components/regions';
import { useChosenFirst } from '../../components/useChosenFirst';
import { FormSection } from './FormSection';
import { OverlapWarning } from './OverlapWarning';
import { LABELS, type SourceValues } from './sourceForm';
import { formStyles } from './styles';

const ACCESS_HELP = {
  key: 'Of an IAM user that has only the permissions shown under Permissions.',
  role: 'A role to take on, as in the account that owns the bucket.',
};

const DISCOVERY = [
  { value: 'list' as const, label: 'List the bucket' },
  { value: 'sqs' as const, label: 'SQS queue' },
];

/** Where the id of a field is asked for that cannot be focused by the form itself. */
export const REGION_ID = 'source-region';
const REGION_LABEL = 'source-region-label';

interface Props {
  stored?: SourceView;
  others: readonly SourceView[];
}

/** All that is asked about a source. */
export function SourceFields({ stored, others }: Props) {
  const styles = useStyles2(formStyles);
  const { control, register, watch, formState } = useFormContext<SourceValues>();
  const { errors, dirtyFields } = formState;
  const discovery = watch('discovery');
  const regions = useChosenFirst(REGION_OPTIONS, watch('region'));
  const of = (name: keyof SourceValues) => ({
    noMargin: true,
    label: LABELS[name],
    invalid: !!errors[name],
    error: errors[name]?.message,
  });
  return (
    <Stack direction="column" gap={4}>
      <FormSection title="Bucket">
        <Field {...of('name')} required description="How the source is called in Flowscope and in alerts.">
          <Input {...register('name')} id="source-name" placeholder="production" maxLength={64} autoComplete="off" />
        </Field>
        <BucketField {...of('bucket')} />
        <div className={styles.pair}>
          <Field {...of('prefix')} description="Folder above AWSLogs/; empty = whole bucket.">
            <Input {...register('prefix')} id="source-prefix" autoComplete="off" spellCheck={false} />
          </Field>
          <Field
            {...of('region')}
            label={
              // The combobox takes its name by this id only.
              <Label id={REGION_LABEL} htmlFor={REGION_ID} description="The bucket’s region, not the VPCs’.">
                {LABELS.region} *
              </Label>
            }
          >
            <Controller
              control={control}
              name="region"
              render={({ field }) => (
                <Combobox
                  id={REGION_ID}
                  aria-labelledby={REGION_LABEL}
                  options={regions}
                  createCustomValue
                  placeholder="Choose or type one"
                  value={field.value || null}
                  // Should Grafana's combobox answer nothing, it shows nothing: nor may anything be kept then.
                  onChange={(option) => field.onChange(option?.value ?? '')}
                  onBlur={field.onBlur}
                  invalid={!!errors.region}
                />
              )}
            />
          </Field>
        </div>
        <OverlapWarning stored={stored} others={others} />
      </FormSection>

      <FormSection title="Access">
        <AccessFields help={ACCESS_HELP} stored={stored} />
      </FormSection>

      <FormSection title="New objects">
        <Field
          {...of('discovery')}
          description={
            discovery === 'sqs'
              ? 'S3 tells the queue of each new object. A queue belongs to one source only.'
              : 'Flowscope looks through the bucket for new objects.'
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
        {discovery === 'sqs' ? (
          <Field {...of('queueUrl')} required>
            <Input
              {...register('queueUrl')}
              id="source-queue"
              placeholder="https://sqs.eu-west-1.amazonaws.com/123456789012/name"
              autoComplete="off"
            />
          </Field>
        ) : (
          <Field {...of('pollSeconds')} required description={`${POLL_SECONDS.min} to ${POLL_SECONDS.max} seconds.`}>
            <Input
              {...register('pollSeconds')}
              id="source-poll"
              type="number"
              min={POLL_SECONDS.min}
              max={POLL_SECONDS.max}
              width={20}
              suffix="seconds"
            />
          </Field>
        )}
      </FormSection>

      <Advanced
        isInUse={isInUse(stored) || ADVANCED.some((name) => dirtyFields[name])}
        hasError={ADVANCED.some((name) => errors[name])}
      >
        <Field {...of('endpoint')} description="Only when the bucket is not on AWS, as with a store of your own.">
          <Input {...register('endpoint')} id="source-endpoint" placeholder="https://s3.example.com:9000" />
        </Field>
        <Checkbox
          {...register('pathStyle')}
          label="Path style"
          description="The bucket’s name in the path of requests instead of the host name."
        />
        <Field
          {...of('objectsInFlight')}
          required
          description={`How many of its objects are read at a time, ${OBJECTS_IN_FLIGHT.min} to ${OBJECTS_IN_FLIGHT.max}. More help where the bucket is far away or its objects are small; memory stays bounded.`}
        >
          <Input
            {...register('objectsInFlight')}
            id="source-in-flight"
            type="number"
            min={OBJECTS_IN_FLIGHT.min}
            max={OBJECTS_IN_FLIGHT.max}
            width={20}
          />
        </Field>
      </Advanced>
    </Stack>
  );
}

/** Takes a bucket’s name; what else people paste is split into bucket and prefix. */
function BucketField(field: Omit<React.ComponentProps<typeof Field>, 'children'>) {
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
    <Field {...field} required description="Its name; s3://bucket/prefix or an ARN may be pasted.">
      <Input
        {...input}
        id="source-bucket"
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

const ADVANCED = ['endpoint', 'pathStyle', 'objectsInFlight'] as const;

/** Whether a source has anything of {@link ADVANCED} that is not usual. */
function isInUse(stored?: SourceView): boolean {
  return !!stored && (!!stored.endpoint || stored.pathStyle || stored.objectsInFlight !== OBJECTS_IN_FLIGHT.usual);
}

/** What few need, folded away unless it is in use. What is wrong in it stays in sight: nothing else says why Save does nothing. */
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
