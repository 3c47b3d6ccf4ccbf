import React, { useId, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, Text, useStyles2 } from '@grafana/ui';

import type { PolicyDocument } from '../../contract/policies';
import { ChoiceTabs } from './ChoiceTabs';
import { CodeBlock } from './CodeBlock';

/** Formats of a policy, by their names in the document. */
const FORMS = [
  { value: 'json', label: 'JSON' },
  { value: 'terraform', label: 'Terraform' },
  { value: 'awsCli', label: 'AWS CLI' },
] as const;
type Form = (typeof FORMS)[number]['value'];

interface Props {
  documents: readonly PolicyDocument[];
}

/** Policies to copy into AWS: one tab for each, with a sentence on where it goes. */
export function Policies({ documents }: Props) {
  const styles = useStyles2(getStyles);
  const panel = useId();
  const [chosen, setChosen] = useState<PolicyDocument['id']>();
  const [form, setForm] = useState<Form>('json');
  const shown = documents.find(({ id }) => id === chosen) ?? documents[0];
  if (!shown) {
    return null;
  }
  return (
    <div className={styles.policies}>
      {documents.length > 1 && <ChoiceTabs choices={documents} chosen={shown.id} panel={panel} onChoose={setChosen} />}
      <section id={panel} className={styles.panel} aria-label={shown.title}>
        <Text color="secondary">{shown.use}</Text>
        <CodeBlock label={`${shown.title} as ${labelOf(form)}`} code={shown[form]}>
          <RadioButtonGroup<Form> aria-label="Show as" size="sm" options={[...FORMS]} value={form} onChange={setForm} />
        </CodeBlock>
      </section>
    </div>
  );
}

const labelOf = (form: Form) => FORMS.find(({ value }) => value === form)!.label;

const getStyles = (theme: GrafanaTheme2) => ({
  policies: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  panel: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), minWidth: 0 }),
});
