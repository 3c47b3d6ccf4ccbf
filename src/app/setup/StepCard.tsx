import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Text, useStyles2 } from '@grafana/ui';

import type { StepState } from './useSetup';

const WORDS: Readonly<Record<StepState, string>> = {
  todo: 'To do',
  done: 'Done',
  failing: 'Does not answer',
  unknown: 'Not known yet',
};

interface Props {
  number: number;
  /** Whether it is the one to do now. */
  isNext: boolean;
  title: string;
  state: StepState;
  text: string | undefined;
  /** Its button; not shown once the step is done. */
  children: React.ReactNode;
}

/** One step of the set-up: its number, how it stands, and the button that does it. */
export function StepCard({ number, isNext, title, state, text, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <li className={cx(styles.card, isNext && styles.next)} aria-current={isNext ? 'step' : undefined}>
      <div className={styles.head}>
        <span className={cx(styles.number, state === 'done' && styles.done)} aria-hidden>
          {state === 'done' ? <Icon name="check" /> : number}
        </span>
        <Text element="h3" variant="h5">
          {title}
        </Text>
      </div>
      <Text variant="bodySmall" color={state === 'failing' ? 'error' : state === 'done' ? 'success' : 'secondary'}>
        {WORDS[state]}
      </Text>
      <span className={styles.text}>{text}</span>
      {state !== 'done' && <div>{children}</div>}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  next: css({ borderColor: theme.colors.primary.border, boxShadow: `0 0 0 1px ${theme.colors.primary.border}` }),
  head: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'center' }),
  number: css({
    flex: 'none',
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    width: theme.spacing(3.5),
    height: theme.spacing(3.5),
    borderRadius: theme.shape.radius.circle,
    border: `1px solid ${theme.colors.border.strong}`,
  }),
  done: css({ color: theme.colors.success.text, borderColor: theme.colors.success.border }),
  // Buttons of one row stand on one line.
  text: css({ flexGrow: 1 }),
});
