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
  /** The number of the next step; 0 when all are done. */
  next: number;
  title: string;
  state: StepState;
  text: string | undefined;
  /** The step's button; hidden once the step is done. */
  children: React.ReactNode;
}

/** A set-up step with its state. */
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
  // Aligns the buttons of one row.
  text: css({ flexGrow: 1 }),
});
