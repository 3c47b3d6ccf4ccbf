import React, { useId } from 'react';
import { Text, useStyles2 } from '@grafana/ui';

import { formStyles } from './styles';

/** A part of the form under a heading of its own. */
export function FormSection({ title, children }: React.PropsWithChildren<{ title: string }>) {
  const id = useId();
  return (
    <section className={useStyles2(formStyles).fields} aria-labelledby={id}>
      <Text element="h3" variant="h5" id={id}>
        {title}
      </Text>
      {children}
    </section>
  );
}
