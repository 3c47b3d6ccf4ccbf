import React, { useState } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Drawer, Field, Input, LoadingPlaceholder, Stack } from '@grafana/ui';

import { policyOptions, type PolicyOptions } from '../../../contract/policies';
import { sourceInput, type SourceInput } from '../../../contract/sources';
import { sidecar } from '../../api/sidecar';
import { DrawerBody } from '../../components/DrawerBody';
import { Failure } from '../../components/Failure';
import { sentence } from '../../components/forms';
import { Policies } from '../../components/Policies';
import { useSettled } from '../../components/useSettled';

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
  const options = emptyLeftOut(useSettled(typed));
  const wrong = (name: keyof PolicyOptions) => {
    const read = policyOptions.shape[name].safeParse(typed[name].trim() || undefined);
    return { invalid: !read.success, error: read.error && sentence(read.error.issues[0].message) };
  };
  return (
    <Drawer
      title="Permissions"
      subtitle="The least that this source needs in AWS, instead of the usual s3:*. It follows what stands in the form."
      onClose={onClose}
    >
      <DrawerBody>
        <Stack direction="column" gap={3}>
          <Field
            noMargin
            label="KMS key ARN"
            description="Only when the objects are encrypted with a key of your own."
            {...wrong('kmsKeyArn')}
          >
            <Input
              id="permissions-kms"
              placeholder="arn:aws:kms:eu-west-1:123456789012:key/…"
              value={typed.kmsKeyArn}
              onChange={({ currentTarget: { value } }) => setTyped((before) => ({ ...before, kmsKeyArn: value }))}
            />
          </Field>
          {source.queueUrl !== undefined && (
            <Field
              noMargin
              label="KMS key ARN of the queue"
              description="Only when its messages are encrypted with a key of your own. Test names that key under SQS; here its ARN is needed, an alias will not do."
              {...wrong('queueKmsKeyArn')}
            >
              <Input
                id="permissions-queue-kms"
                placeholder="arn:aws:kms:eu-west-1:123456789012:key/…"
                value={typed.queueKmsKeyArn}
                onChange={({ currentTarget: { value } }) =>
                  setTyped((before) => ({ ...before, queueKmsKeyArn: value }))
                }
              />
            </Field>
          )}
          <Field
            noMargin
            label="Who signs in"
            description="The ARN of the user or role, for the trust and bucket policies: Test shows it under Credentials."
            {...wrong('principalArn')}
          >
            <Input
              id="permissions-principal"
              placeholder="arn:aws:iam::123456789012:role/flowscope"
              value={typed.principalArn}
              onChange={({ currentTarget: { value } }) => setTyped((before) => ({ ...before, principalArn: value }))}
            />
          </Field>
          <Documents source={named(source)} options={options} />
        </Stack>
      </DrawerBody>
    </Drawer>
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
