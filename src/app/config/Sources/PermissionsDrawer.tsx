import React, { useEffect, useState } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Field, Input, LoadingPlaceholder, Stack } from '@grafana/ui';

import { policyOptions, type PolicyOptions } from '../../../contract/policies';
import { sourceInput, type SourceInput } from '../../../contract/sources';
import { sidecar } from '../../api/sidecar';
import { DrawerBody } from '../../components/DrawerBody';
import { Failure } from '../../components/Failure';
import { Policies } from '../../components/Policies';

/** Typing ends when nothing was typed for so long, ms. */
const PAUSE_MS = 300;

interface Props {
  /** As it stands in the form, or is stored. */
  source: SourceInput;
  /** Who signs in, as far as it is known. */
  principalArn?: string;
  onClose: () => void;
}

/** The least that this source needs in AWS, to copy. */
export function PermissionsDrawer({ source, principalArn: known = '', onClose }: Props) {
  const [typed, setTyped] = useState({ kmsKeyArn: '', principalArn: known });
  const options = usePaused(typed);
  const wrong = (name: keyof PolicyOptions) => {
    const read = policyOptions.shape[name].safeParse(typed[name].trim() || undefined);
    return { invalid: !read.success, error: read.error && sentence(read.error.issues[0].message) };
  };
  const subject = named(source);
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
          <Field
            noMargin
            label="Who signs in"
            description="The ARN of the user or role, for the trust and bucket policies: Test shows it under Credentials."
            {...wrong('principalArn')}
          >
            <Input
              id="permissions-principal"
              placeholder="arn:aws:iam::123456789012:role/the-collector"
              value={typed.principalArn}
              onChange={({ currentTarget: { value } }) => setTyped((before) => ({ ...before, principalArn: value }))}
            />
          </Field>
          {subject ? (
            <Documents source={subject} options={options} />
          ) : (
            <Alert severity="info" title="Enter bucket and region first">
              The policies name them. Close this, fill them in, and open it again.
            </Alert>
          )}
        </Stack>
      </DrawerBody>
    </Drawer>
  );
}

function Documents({ source, options }: { source: SourceInput; options: { [K in keyof PolicyOptions]: string } }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['policies', source, options],
    queryFn: () => {
      const given = Object.entries(options).filter(([, value]) => value !== '');
      return sidecar.drafts.policies({ source, options: Object.fromEntries(given) });
    },
    enabled: policyOptions.safeParse(emptyLeftOut(options)).success,
    placeholderData: keepPreviousData,
  });
  if (error) {
    return <Failure title="The policies cannot be shown" error={error} onRetry={() => void refetch()} />;
  }
  return data ? <Policies documents={data.documents} /> : <LoadingPlaceholder text="Writing the policies" />;
}

const emptyLeftOut = (options: object) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ''));

/** The source without its secret, and with a name, as far as policies can be made of it. */
function named({ secretAccessKey: _, ...source }: SourceInput): SourceInput | undefined {
  const { shape } = sourceInput;
  const isEnough = shape.bucket.safeParse(source.bucket).success && shape.region.safeParse(source.region).success;
  const known = Object.entries(source).filter(
    ([name, value]) => shape[name as keyof typeof shape].safeParse(value).success
  );
  return isEnough ? { ...(Object.fromEntries(known) as SourceInput), name: source.name || source.bucket } : undefined;
}

/** What was typed last, once typing has paused. */
function usePaused<T extends Record<string, string>>(typed: T): T {
  const [paused, setPaused] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(
      () => setPaused(Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, value.trim()])) as T),
      PAUSE_MS
    );
    return () => clearTimeout(timer);
  }, [typed]);
  return paused;
}

const sentence = (message: string) => message.charAt(0).toUpperCase() + message.slice(1);
