import React, { useId } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  /** One sentence below the title. */
  about?: React.ReactNode;
  /** Shown next to the title. */
  actions?: React.ReactNode;
  /** For moving the focus here when the focused element has gone. */
  headingRef?: React.Ref<HTMLHeadingElement>;
}

/** A part of the page under a heading, which names it for screen readers too. */
export function Section({ title, about, actions, headingRef, children }: React.PropsWithChildren<Props>) {
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} ref={headingRef} tabIndex={-1} className={styles.title}>
          {title}
        </h2>
        {actions}
      </div>
      {about && <p className={styles.about}>{about}</p>}
      {children}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(1),
  }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  about: css({ color: theme.colors.text.secondary, maxWidth: theme.spacing(100) }),
});
