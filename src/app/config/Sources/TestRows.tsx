import React from 'react';
import { css, cx } from '@emotion/css';
import { useFormContext } from 'react-hook-form';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, Spinner, useStyles2, type IconName } from '@grafana/ui';

import { CHECKS, type CheckResult, type CheckState } from '../../../contract/checks';
import { sentence } from '../../components/forms';
import { REGION_ID } from './SourceFields';
import { isField, LABELS, type SourceValues } from './sourceForm';
import { STATE_WORDS } from './TestRows.utils';

type MarkState = CheckState | 'note';
const ICONS: Readonly<Record<MarkState, IconName>> = {
  pass: 'check-circle',
  warn: 'exclamation-triangle',
  fail: 'times-circle',
  'not-checked': 'minus-circle',
  note: 'info-circle',
};

interface Props {
  checks: readonly CheckResult[];
  isRunning: boolean;
  /** Whether the form has changed since. */
  isOutdated: boolean;
  onTest: () => void;
}

/** The checks of a Test, one row each, in the order they are made; those that are still to come are there already. */
export function TestRows({ checks, isRunning, isOutdated, onTest }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={cx(styles.rows, isOutdated && styles.outdated)} aria-label="Checks" data-full>
      {CHECKS.map(({ id, title }, index) => {
        const check = checks.find((one) => one.id === id);
        if (check) {
          return <Row key={id} check={check} onTest={onTest} />;
        }
        return (
          isRunning && (
            <li key={id} className={cx(styles.row, styles.waiting)} aria-label={title}>
              <span className={styles.icon}>{index === checks.length ? <Spinner size="sm" inline /> : '·'}</span>
              <span className={styles.title}>{title}</span>
            </li>
          )
        );
      })}
    </ul>
  );
}

function Row({
  check: { title, state, message, reason, notes = [], fix },
  onTest,
}: {
  check: CheckResult;
  onTest: () => void;
}) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.row} aria-label={`${title}: ${STATE_WORDS[state]}`}>
      <Mark state={state} />
      <div className={styles.said}>
        <div className={styles.head}>
          <span className={styles.title}>{title}</span>
          <span className={styles[state]}>{STATE_WORDS[state]}</span>
        </div>
        <span>{reason === undefined ? message : sentence(reason)}</span>
        {notes.map((note) => (
          <span key={note.message} className={styles.note}>
            <Mark state={note.state} /> {note.message}
          </span>
        ))}
        {fix && <Fix {...fix} onTest={onTest} />}
      </div>
    </li>
  );
}

/** What to do about a failed check; a button where that is only another value in a field. */
function Fix({ text, field, value, onTest }: NonNullable<CheckResult['fix']> & { onTest: () => void }) {
  const styles = useStyles2(getStyles);
  const { setValue, setFocus } = useFormContext<SourceValues>();
  if (!isField(field)) {
    return <span className={styles.fix}>{text}</span>;
  }
  if (value === undefined) {
    return (
      <span className={styles.fix}>
        {text}{' '}
        <Button
          fill="text"
          size="sm"
          variant="primary"
          onClick={() => (field === 'region' ? document.getElementById(REGION_ID)?.focus() : setFocus(field))}
        >
          Go to {LABELS[field]}
        </Button>
      </span>
    );
  }
  const apply = () => {
    setValue(field, value, { shouldDirty: true, shouldTouch: true, shouldValidate: true });
    onTest();
  };
  return (
    <span className={styles.fix}>
      <Button size="sm" variant="secondary" icon="wrench" tooltip="Fills it in, and tests again" onClick={apply}>
        {text}
      </Button>
    </span>
  );
}

function Mark({ state }: { state: MarkState }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={cx(styles.icon, styles[state])} aria-hidden>
      <Icon name={ICONS[state]} />
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rows: css({ listStyle: 'none', margin: 0, padding: 0, width: '100%' }),
  outdated: css({ opacity: 0.7 }),
  row: css({
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 0),
    '&:not(:last-child)': { borderBottom: `1px solid ${theme.colors.border.weak}` },
  }),
  waiting: css({ color: theme.colors.text.secondary }),
  icon: css({ width: theme.spacing(2.5), flexShrink: 0, textAlign: 'center' }),
  said: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.5),
    flexGrow: 1,
    minWidth: 0,
    overflowWrap: 'anywhere',
  }),
  head: css({
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    '> :last-child': { whiteSpace: 'nowrap' },
  }),
  title: css({ fontWeight: theme.typography.fontWeightMedium }),
  note: css({ ...theme.typography.bodySmall, display: 'flex', gap: theme.spacing(0.5) }),
  fix: css({ color: theme.colors.text.secondary }),
  pass: css({ color: theme.colors.success.text }),
  warn: css({ color: theme.colors.warning.text }),
  fail: css({ color: theme.colors.error.text }),
  'not-checked': css({ color: theme.colors.text.secondary }),
});
