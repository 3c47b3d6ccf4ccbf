import React, { useMemo, useState } from 'react';
import { zodResolver } from '@hookform/resolvers/zod';
import { Controller, useForm } from 'react-hook-form';
import { Alert, Button, Field, FieldSet, Input, SecretInput } from '@grafana/ui';

import type { HealthDetails } from '../../../contract/health';
import { isConnected, type Settings } from '../../api/settings';
import { useConnect } from './Connection.hooks';
import { connectionForm, DEFAULT_URL, storeProblem, type ConnectionForm as Values } from './Connection.utils';

/** Id of the field that gets the focus when nothing is connected. */
export const URL_FIELD = 'flowscope-sidecar-url';
const TOKEN_FIELD = 'flowscope-token';

/** Form with the sidecar's URL and token; one button saves and tests. */
export function ConnectionForm({ settings }: { settings: Settings }) {
  const { jsonData, hasToken } = settings;
  const [isUnlocked, setIsUnlocked] = useState(false);
  const [isReplacing, setIsReplacing] = useState(false);
  const isLocked = jsonData.isProvisioned === true && !isUnlocked;
  const keepsToken = hasToken && !isReplacing;
  const schema = useMemo(() => connectionForm(keepsToken), [keepsToken]);
  const { control, register, handleSubmit, reset, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { sidecarUrl: jsonData.sidecarUrl || DEFAULT_URL, token: '' },
  });
  const { errors, isDirty } = formState;
  // What was connected before says nothing of what stands in the form now.
  const isAsConnected = !isDirty && Object.keys(errors).length === 0;
  const connecting = useConnect();

  const save = handleSubmit((values) =>
    connecting.mutate(values, {
      onSuccess: () => {
        reset({ sidecarUrl: values.sidecarUrl, token: '' });
        setIsReplacing(false);
        setIsUnlocked(false);
      },
    })
  );

  const submit = (event: React.FormEvent) => {
    if (isLocked) {
      event.preventDefault();
      connecting.mutate(undefined);
    } else {
      void save(event);
    }
  };

  return (
    <form onSubmit={submit} noValidate aria-label="Connection">
      <FieldSet label="Connection" disabled={connecting.isPending}>
        {isLocked && <Provisioned onUnlock={() => setIsUnlocked(true)} />}
        <Field
          label="Sidecar URL"
          description="As seen from the Grafana server, not from your browser"
          invalid={!!errors.sidecarUrl}
          error={errors.sidecarUrl?.message}
          disabled={isLocked}
        >
          <Input id={URL_FIELD} placeholder={DEFAULT_URL} {...register('sidecarUrl')} />
        </Field>
        <Controller
          name="token"
          control={control}
          render={({ field: { ref: _ref, ...field } }) => (
            <Field
              label="API token"
              description="FLOWSCOPE_TOKEN, or the file api-token in the sidecar’s data directory"
              invalid={!!errors.token}
              error={errors.token?.message}
              disabled={isLocked}
            >
              {isLocked ? (
                <Input id={TOKEN_FIELD} value={hasToken ? 'configured' : ''} readOnly />
              ) : (
                <SecretInput
                  id={TOKEN_FIELD}
                  autoComplete="off"
                  isConfigured={keepsToken}
                  onReset={() => setIsReplacing(true)}
                  {...field}
                />
              )}
            </Field>
          )}
        />
        <Button type="submit" icon={connecting.isPending ? 'spinner' : undefined}>
          {connecting.isPending ? 'Testing' : isLocked ? 'Test' : 'Save & test'}
        </Button>
      </FieldSet>
      <div role="status" aria-live="polite">
        {connecting.data && isAsConnected && <ConnectResult details={connecting.data} />}
      </div>
      {connecting.error && (
        <Alert severity="error" title={connecting.error.message}>
          {isConnected(settings) ? 'Nothing was changed: the connection is as it was before.' : 'Nothing was saved.'}
        </Alert>
      )}
    </form>
  );
}

function Provisioned({ onUnlock }: { onUnlock: () => void }) {
  return (
    <Alert severity="info" title="Provisioned from a file">
      <p>
        Grafana takes URL and token from <code>provisioning/plugins</code> at every start. Change them there, as a rule
        in <code>FLOWSCOPE_SIDECAR_URL</code> and <code>FLOWSCOPE_TOKEN</code>. What is changed here lasts until Grafana
        starts again, unless the file is gone.
      </p>
      <Button variant="secondary" size="sm" onClick={onUnlock}>
        Change it here
      </Button>
    </Alert>
  );
}

/** Result of connecting a sidecar, and whether its InfluxDB works. */
function ConnectResult({ details }: { details: HealthDetails }) {
  const problem = storeProblem(details);
  return (
    <>
      <Alert severity="success" title={`Connected, version ${details.version}`} />
      {problem && <Alert severity="error" title={problem} />}
    </>
  );
}
