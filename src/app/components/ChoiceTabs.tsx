import React from 'react';
import { css } from '@emotion/css';
import { Tab, TabsBar, useStyles2 } from '@grafana/ui';

interface Props<Id extends string> {
  choices: ReadonlyArray<{ readonly id: Id; readonly title: string }>;
  chosen: Id;
  /** The id of the element that shows what is chosen. */
  panel: string;
  onChoose: (id: Id) => void;
}

/** A tab for each of several things, one of which is shown below. */
export function ChoiceTabs<Id extends string>({ choices, chosen, panel, onChoose }: Props<Id>) {
  const styles = useStyles2(getStyles);
  return (
    <TabsBar className={styles.tabs}>
      {choices.map(({ id, title }) => (
        <Tab key={id} label={title} active={id === chosen} aria-controls={panel} onChangeTab={() => onChoose(id)} />
      ))}
    </TabsBar>
  );
}

const getStyles = () => ({
  tabs: css({ overflowX: 'auto' }),
});
