import React, { useId, useState } from 'react';
import { css } from '@emotion/css';
import { Controller, useFormContext } from 'react-hook-form';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, RadioButtonGroup, SecretInput, useStyles2 } from '@grafana/ui';

import { isSecretKnown, newExternalId, type AccessValues, type StoredAccess } from './AccessFields.utils';

const WAYS = [
  { value: 'key' as const, label: 'Access key' },
  { value: 'machine' as const, label: 'IAM role of the machine' },
];
const MACHINE =
  'The sidecar signs in with what its machine has, usually an IAM role. There is no secret to keep or to change.';

/** What is said of the fields, which depends on what is signed in for. */
interface AccessHelp {
  /** Whose access key it is. */
  readonly key: string;
  /** What a role is for. */
  readonly role: string;
}

interface Props {
  help: AccessHelp;
  /** What is stored already, of what the form changes. */
  stored?: StoredAccess;
}

/** The part of a form that says how to sign in to AWS. It stands in a FormProvider whose values include {@link AccessValues}. */
export function AccessFields({ help, stored }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [isReset, setIsReset] = useState(false);
  const { control, register, watch, setValue, formState } = useFormContext<AccessValues>();
  const { errors } = formState;
  const [signIn, accessKeyId] = watch(['signIn', 'accessKeyId']);
  const isKnown = isSecretKnown({ accessKeyId }, stored);
  const error = (name: keyof AccessValues) => ({ invalid: !!errors[name], error: errors[name]?.message });

  return (
    <>
      <Field noMargin label="Authentication" description={signIn === 'key' ? help.key : MACHINE}>
        <Controller
          control={control}
          name="signIn"
          render={({ field: { ref: _, ...field } }) => (
            <RadioButtonGroup {...field} id={`${id}way`} aria-label="Authentication" options={WAYS} />
          )}
        />
      </Field>
      {signIn === 'key' && (
        <div className={styles.pair}>
          <Field noMargin required label="Access key ID" {...error('accessKeyId')}>
            <Input
              {...register('accessKeyId')}
              id={`${id}key`}
              placeholder="AKIA…"
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
          <Field noMargin required label="Secret access key" htmlFor={`${id}secret`} {...error('secretAccessKey')}>
            {isKnown && !isReset ? (
              <SecretInput id={`${id}secret`} isConfigured onReset={() => setIsReset(true)} />
            ) : (
              <Input
                {...register('secretAccessKey')}
                id={`${id}secret`}
                type="password"
                autoComplete="new-password"
                autoFocus={isReset}
                placeholder={isKnown ? 'Empty: the stored one is kept' : undefined}
              />
            )}
          </Field>
        </div>
      )}
      <div className={styles.pair}>
        <Field noMargin label="Role ARN" description={`Optional. ${help.role}`} {...error('roleArn')}>
          <Input {...register('roleArn')} id={`${id}role`} placeholder="arn:aws:iam::123456789012:role/name" />
        </Field>
        <Field
          noMargin
          label="External ID"
          description="Optional. What the role’s trust policy asks for."
          {...error('externalId')}
        >
          <Input
            {...register('externalId')}
            id={`${id}external`}
            autoComplete="off"
            addonAfter={
              <Button
                variant="secondary"
                aria-label="Generate external ID"
                onClick={() =>
                  setValue('externalId', newExternalId(), {
                    shouldDirty: true,
                    shouldTouch: true,
                    shouldValidate: true,
                  })
                }
              >
                Generate
              </Button>
            }
          />
        </Field>
      </div>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  /** Side by side where there is room. */
  pair: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${theme.spacing(34)}), 1fr))`,
    gap: theme.spacing(2),
    alignItems: 'start',
  }),
});
