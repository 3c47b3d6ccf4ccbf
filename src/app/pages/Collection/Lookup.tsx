import React, { useState } from 'react';
import { css } from '@emotion/css';
import { useMutation } from '@tanstack/react-query';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, Stack, useStyles2 } from '@grafana/ui';

import type { LedgerState as State } from '../../../contract/collection';
import { toFailure } from '../../api/failure';
import { sidecar } from '../../api/sidecar';
import { Failure } from '../../components/Failure';
import { Ago } from '../../components/Times';
import { isAdmin } from '../../plugin';
import { LedgerEntries } from './LedgerEntry';
import { objectState } from './Collection.words';
import { keyProblem, toKey } from './Lookup.utils';
import { Section } from './Section';

/** Looks up an object: viewers see its state, administrators all details. */
export function Lookup() {
  const styles = useStyles2(getStyles);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const admin = isAdmin();
  const lookup = useMutation({
    mutationFn: async (key: string) =>
      admin
        ? { key, entries: (await sidecar.collection.ledgerEntries(key)).entries }
        : { key, state: await sidecar.collection.ledgerState(key) },
  });

  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    const key = toKey(text);
    setProblem(keyProblem(key));
    if (keyProblem(key) === undefined) {
      lookup.mutate(key);
    }
  };

  return (
    <Section title="Find an object" about="What became of an object: whether it was collected, and when.">
      <form onSubmit={submit} noValidate className={styles.form}>
        <Field
          label="Object key"
          htmlFor="flowscope-key"
          description={
            admin
              ? 'The whole key, s3://bucket/key, or the file name that AWS gave it'
              : 'The whole key, or s3://bucket/key'
          }
          invalid={problem !== undefined}
          error={problem}
        >
          <Input
            id="flowscope-key"
            value={text}
            placeholder="AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/01/31/….log.gz"
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        </Field>
        <Button type="submit" icon="search" disabled={lookup.isPending}>
          {lookup.isPending ? 'Looking' : 'Look up'}
        </Button>
      </form>
      <div aria-live="polite">
        {lookup.error && <Missing error={lookup.error} onRetry={() => lookup.mutate(lookup.variables!)} />}
        {lookup.data && (
          <Stack direction="column" gap={1}>
            {lookup.data.entries ? (
              <LedgerEntries entries={lookup.data.entries} />
            ) : (
              <LedgerState objectKey={lookup.data.key} {...lookup.data.state} />
            )}
          </Stack>
        )}
      </div>
    </Section>
  );
}

/** What viewers may know of an object. */
function LedgerState({ objectKey, state, since }: State & { objectKey: string }) {
  return (
    <Alert severity={state === 'stored' || state === 'deleted' ? 'success' : 'info'} title={objectState(state)}>
      {objectKey} is in this state since <Ago at={since} />.
    </Alert>
  );
}

function Missing({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (toFailure(error).code !== 'not-found') {
    return <Failure title="The object could not be looked up" error={error} onRetry={onRetry} />;
  }
  return (
    <Alert severity="info" title="No object with this key is known">
      Keys must match exactly, including upper and lower case. If this one is right, no scan has listed the object yet,
      it lies outside every source’s prefix, its name ends neither in .gz nor in .parquet, or it was deleted more than
      15 days ago.
    </Alert>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ maxWidth: theme.spacing(100), marginBottom: theme.spacing(2) }),
});
