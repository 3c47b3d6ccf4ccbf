import React, { useId, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';

import type { SetUpWay } from '../../../contract/flowLogSetUp';
import { ChoiceTabs } from '../../components/ChoiceTabs';
import { CodeBlock } from '../../components/CodeBlock';

/** The ways to make a flow log: a tab for each, with its steps in order. */
export function FlowLogWays({ ways }: { ways: readonly SetUpWay[] }) {
  const styles = useStyles2(getStyles);
  const panel = useId();
  const [chosen, setChosen] = useState<SetUpWay['id']>();
  const shown = ways.find(({ id }) => id === chosen) ?? ways[0];
  return (
    <div className={styles.ways}>
      <ChoiceTabs choices={ways} chosen={shown.id} panel={panel} onChoose={setChosen} />
      <ol id={panel} className={styles.steps} aria-label={shown.title}>
        {shown.steps.map(({ text, code }, at) => (
          <li key={`${shown.id} ${at}`}>
            <div className={styles.step}>
              <Text>{text}</Text>
              {code !== undefined && <CodeBlock label={`${shown.title}, step ${at + 1}`} code={code} />}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ways: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  steps: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    paddingLeft: theme.spacing(3),
    minWidth: 0,
  }),
  step: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0 }),
});
