import React, { useId } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Text, useStyles2 } from '@grafana/ui';

interface Props {
  number: number;
  title: string;
  /** Its state, in a word or a sentence; announced to screen readers when it changes. */
  status: string;
  /** Colour of the state. */
  tone?: 'success' | 'error';
  /** Whether it is the next one to do. */
  isNext: boolean;
  isDone: boolean;
}

/** One of several numbered steps, in an `ol`. The next one is framed, those behind are ticked. */
export function StepCard({ number, title, status, tone, isNext, isDone, children }: React.PropsWithChildren<Props>) {
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <li
      className={cx(styles.card, isNext && styles.next)}
      aria-labelledby={id}
      aria-current={isNext ? 'step' : undefined}
    >
      <div className={styles.head}>
        <span className={cx(styles.mark, isDone && styles.done, isNext && styles.now)} aria-hidden>
          {isDone ? <Icon name="check" size="sm" /> : number}
        </span>
        <Text element="h3" variant="h5" id={id}>
          {title}
        </Text>
        {isNext && <span className={styles.label}>Next</span>}
        {isDone && <span className={styles.hidden}>done</span>}
      </div>
      <div className={styles.body}>
        <div aria-live="polite">
          <Text color={tone ?? 'secondary'}>{status}</Text>
        </div>
        {children}
      </div>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    padding: theme.spacing(2),
  }),
  next: css({ borderColor: theme.colors.primary.border, boxShadow: `0 0 0 1px ${theme.colors.primary.border}` }),
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  mark: css({
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    flexShrink: 0,
    width: theme.spacing(3),
    height: theme.spacing(3),
    borderRadius: theme.shape.radius.circle,
    border: `1px solid ${theme.colors.border.strong}`,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  now: css({
    background: theme.colors.primary.main,
    borderColor: theme.colors.primary.main,
    color: theme.colors.primary.contrastText,
  }),
  done: css({
    background: theme.colors.success.main,
    borderColor: theme.colors.success.main,
    color: theme.colors.success.contrastText,
  }),
  label: css({ ...theme.typography.bodySmall, color: theme.colors.primary.text, marginLeft: 'auto' }),
  hidden: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clip: 'rect(0 0 0 0)' }),
  body: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1.5),
    flexGrow: 1,
    '& > [role="alert"], & > [data-full]': { width: '100%', marginBottom: 0 },
  }),
});
