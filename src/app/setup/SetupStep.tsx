import React from 'react';
import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';

import { StepCard } from '../components/StepCard';
import type { StepState } from './useSetup';

const WORDS: Readonly<Record<StepState, string>> = {
  todo: 'To do',
  done: 'Done',
  failing: 'Does not answer',
  unknown: 'Not known yet',
};
const TONES: Partial<Record<StepState, 'success' | 'error'>> = { done: 'success', failing: 'error' };

interface Props {
  number: number;
  /** The number of the one to do now; 0 when none is left. */
  next: number;
  title: string;
  state: StepState;
  text: string | undefined;
  /** Its button; not shown once the step is done. */
  children: React.ReactNode;
}

/** One of the steps, with how far it is. */
export function SetupStep({ number, next, title, state, text, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <StepCard
      number={number}
      title={title}
      isNext={number === next}
      isDone={state === 'done'}
      status={WORDS[state]}
      tone={TONES[state]}
    >
      <span className={styles.text}>{text}</span>
      {state !== 'done' && children}
    </StepCard>
  );
}

const getStyles = () => ({
  // Buttons of one row stand on one line.
  text: css({ flexGrow: 1 }),
});
