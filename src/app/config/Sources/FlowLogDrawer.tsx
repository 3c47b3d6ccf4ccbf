import React, { useId, useState } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Drawer, Field, Input, Label, LoadingPlaceholder, RadioButtonGroup, Stack, Switch, Text } from '@grafana/ui';

import { flowLogSetUpInput, type FlowLogSetUpInput, type SetUpScope } from '../../../contract/flowLogSetUp';
import { SOURCE_FIELDS } from '../../../contract/sourceFields';
import type { SourceInput } from '../../../contract/sources';
import { splitBucket } from '../../../contract/splitBucket';
import { sidecar } from '../../api/sidecar';
import { DrawerBody } from '../../components/DrawerBody';
import { Failure } from '../../components/Failure';
import { sentence } from '../../components/forms';
import { RegionCombobox } from '../../components/RegionCombobox';
import { useDebounced } from '../../components/useDebounced';
import { FlowLogWays } from './FlowLogWays';

const SCOPES: ReadonlyArray<{ value: SetUpScope; label: string; description: string }> = [
  { value: 'account', label: 'Bucket and flow logs', description: 'All in one account.' },
  {
    value: 'organization',
    label: 'For an organization',
    description: 'A bucket in one account, and flow logs of all accounts of the organization.',
  },
  { value: 'flow-log', label: 'Flow logs only', description: 'The bucket is there, and may be written to.' },
];

interface Props {
  /** As it stands in the form, or is stored; none when no source is meant. */
  source?: SourceInput;
  /** Whether the source was saved: then its bucket is likely there. */
  isStored?: boolean;
  /** Who signs in, as far as it is known. */
  principalArn?: string;
  onClose: () => void;
}

/** How to make in AWS what a source collects: to copy, for this bucket. */
export function FlowLogDrawer({ source, isStored = false, principalArn, onClose }: Props) {
  const [values, setValues] = useState<FlowLogSetUpInput>({
    scope: isStored ? 'flow-log' : 'account',
    bucket: source?.bucket ?? '',
    prefix: source?.prefix ?? '',
    region: source?.region ?? '',
    queue: source?.queueUrl !== undefined,
  });
  const change = (changes: Partial<FlowLogSetUpInput>) => setValues((before) => ({ ...before, ...changes }));
  const scope = values.scope ?? 'account';
  const id = useId();
  const ids = { scope: `${id}scope`, queue: `${id}queue`, region: `${id}region`, regionLabel: `${id}region-label` };
  const entered = { ...values, bucket: values.bucket.trim() };
  const { error } = flowLogSetUpInput.safeParse(entered);
  // What is empty is asked for below, and not wrong yet.
  const faultOf = (name: 'bucket' | 'prefix' | 'region') => {
    const issue = error?.issues.find(({ path }) => path[0] === name);
    return issue && entered[name] !== '' ? sentence(issue.message) : undefined;
  };
  const text = (name: 'bucket' | 'prefix') => ({
    id: `${id}${name}`,
    value: values[name] ?? '',
    onChange: ({ currentTarget }: React.ChangeEvent<HTMLInputElement>) => change({ [name]: currentTarget.value }),
    autoComplete: 'off',
    spellCheck: false,
  });
  const field = (name: 'bucket' | 'prefix') => ({
    noMargin: true,
    label: SOURCE_FIELDS[name].label,
    invalid: faultOf(name) !== undefined,
    error: faultOf(name),
  });
  return (
    <Drawer
      title="Create a flow log"
      subtitle="What to make in AWS, so that there is something to collect. Flowscope itself changes nothing there."
      onClose={onClose}
    >
      <DrawerBody>
        <Stack direction="column" gap={3}>
          <Field noMargin label="What to make" description={SCOPES.find(({ value }) => value === scope)!.description}>
            <RadioButtonGroup<SetUpScope>
              id={ids.scope}
              aria-label="What to make"
              options={SCOPES.map(({ value, label }) => ({ value, label }))}
              value={scope}
              onChange={(value) => change({ scope: value })}
            />
          </Field>
          <Field {...field('bucket')} description="For Flowscope alone: objects are deleted once they are stored.">
            <Input {...text('bucket')} onBlur={({ currentTarget }) => change(splitBucket(currentTarget.value) ?? {})} />
          </Field>
          <Field {...field('prefix')} description={SOURCE_FIELDS.prefix.description}>
            <Input {...text('prefix')} />
          </Field>
          <Field
            noMargin
            invalid={faultOf('region') !== undefined}
            error={faultOf('region')}
            label={
              <Label id={ids.regionLabel} htmlFor={ids.region} description={SOURCE_FIELDS.region.description}>
                {SOURCE_FIELDS.region.label}
              </Label>
            }
          >
            <RegionCombobox
              id={ids.region}
              labelId={ids.regionLabel}
              value={values.region}
              onChange={(region) => change({ region })}
            />
          </Field>
          {scope !== 'flow-log' && (
            <Field
              noMargin
              label="With an SQS queue"
              description="S3 tells it of each new object, which is collected within seconds. Otherwise the bucket is listed."
            >
              <Switch
                id={ids.queue}
                value={values.queue}
                onChange={({ currentTarget }) => change({ queue: currentTarget.checked })}
              />
            </Field>
          )}
          <Ways
            setUp={
              error
                ? undefined
                : { ...entered, principalArn, ...(source?.externalId && { externalId: source.externalId }) }
            }
          />
        </Stack>
      </DrawerBody>
    </Drawer>
  );
}

/** `setUp`: none as long as it lacks something. */
function Ways({ setUp }: { setUp: FlowLogSetUpInput | undefined }) {
  const asked = useDebounced(JSON.stringify(setUp));
  const { data, error, refetch } = useQuery({
    queryKey: ['flow-log', asked],
    queryFn: () => sidecar.drafts.flowLog(JSON.parse(asked) as FlowLogSetUpInput),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
  });
  if (setUp === undefined) {
    return <Text color="secondary">Enter bucket and region: then the steps to make it stand here.</Text>;
  }
  if (error) {
    return <Failure title="The steps cannot be shown" error={error} onRetry={() => void refetch()} />;
  }
  return data ? <FlowLogWays ways={data.ways} /> : <LoadingPlaceholder text="Writing the steps" />;
}
