import React, { useState } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Drawer, Field, Input, LoadingPlaceholder, Stack } from '@grafana/ui';

import { partitionOf } from '../../../contract/partitions';
import { policyOptions, type PolicyOptions } from '../../../contract/policies';
import { sourceInput, type SourceInput } from '../../../contract/sources';
import { sidecar } from '../../api/sidecar';
import { DrawerBody } from '../../components/DrawerBody';
import { Failure } from '../../components/Failure';
import { sentence } from '../../components/forms';
import { Policies } from '../../components/Policies';
import { useDebounced } from '../../components/useDebounced';

interface Props {
  /** As it stands in the form, with a bucket and a region at least, or is stored. */
  source: SourceInput;
  /** Who signs in, as far as it is known. */
  principalArn?: string;
  onClose: () => void;
}

/** The least that this source needs in AWS, to copy. */
export function PermissionsDrawer({ source, principalArn: known = '', onClose }: Props) {
  const [typed, setTyped] = useState({ kmsKeyArn: '', queueKmsKeyArn: '', principalArn: known });
  const options = emptyLeftOut(useDebounced(typed));
  const arn = `arn:${partitionOf(source.region)}`;
  const key = `${arn}:kms:${source.region}:123456789012:key/…`;
  const of = (name: keyof PolicyOptions) => ({
    name,
    value: typed[name],
    onChange: (value: string) => setTyped((before) => ({ ...before, [name]: value })),
  });
  return (
    <Drawer
      title="Permissions"
      subtitle="The least that this source needs in AWS, instead of the usual s3:*. It follows what stands in the form."
      onClose={onClose}
    >
      <DrawerBody>
        <Stack direction="column" gap={3}>
          <ArnField
            {...of('kmsKeyArn')}
            id="permissions-kms"
            label="KMS key ARN"
            description="Only when the objects are encrypted with a key of your own."
            placeholder={key}
          />
          {source.queueUrl !== undefined && (
            <ArnField
              {...of('queueKmsKeyArn')}
              id="permissions-queue-kms"
              label="KMS key ARN of the queue"
              description="Only when its messages are encrypted with a key of your own. Test names that key under SQS; here its ARN is needed, an alias will not do."
              placeholder={key}
            />
          )}
          <ArnField
            {...of('principalArn')}
            id="permissions-principal"
            label="Who signs in"
            description="The ARN of the user or role, for the trust and bucket policies: Test shows it under Credentials."
            placeholder={`${arn}:iam::123456789012:role/flowscope`}
          />
          <Documents source={named(source)} options={options} />
        </Stack>
      </DrawerBody>
    </Drawer>
  );
}

interface ArnFieldProps {
  name: keyof PolicyOptions;
  value: string;
  onChange: (value: string) => void;
  id: string;
  label: string;
  description: string;
  placeholder: string;
}

/** An ARN that the policies are written for, checked as it is typed. */
function ArnField({ name, value, onChange, label, description, ...input }: ArnFieldProps) {
  const read = policyOptions.shape[name].safeParse(value.trim() || undefined);
  const error = read.error && sentence(read.error.issues[0].message);
  return (
    <Field noMargin label={label} description={description} invalid={!read.success} error={error}>
      <Input {...input} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
    </Field>
  );
}

function Documents({ source, options }: { source: SourceInput; options: PolicyOptions }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['policies', source, options],
    queryFn: () => sidecar.drafts.policies({ source, options }),
    enabled: policyOptions.safeParse(options).success,
    placeholderData: keepPreviousData,
  });
  if (error) {
    return <Failure title="The policies cannot be shown" error={error} onRetry={() => void refetch()} />;
  }
  return data ? <Policies documents={data.documents} /> : <LoadingPlaceholder text="Writing the policies" />;
}

function emptyLeftOut(typed: Record<keyof PolicyOptions, string>): PolicyOptions {
  const given = Object.entries(typed).map(([name, value]) => [name, value.trim()]);
  return Object.fromEntries(given.filter(([, value]) => value !== '')) as PolicyOptions;
}

/** The source without its secret, and with a name, as far as policies can be made of it. */
function named({ secretAccessKey: _, ...source }: SourceInput): SourceInput {
  const { shape } = sourceInput;
  const known = Object.entries(source).filter(
    ([name, value]) => shape[name as keyof typeof shape].safeParse(value).success
  );
  return { ...(Object.fromEntries(known) as SourceInput), name: source.name || source.bucket };
}
