import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Button, Icon, Text, useStyles2 } from '@grafana/ui';

import { RESULT_WORDS, STATE_WORDS } from './Install.utils';
import { isSame, type Item, type Outcome } from './installer/items';

const KINDS = [
  { kind: 'Data source', title: 'Data source' },
  { kind: 'Folder', title: 'Folders' },
  { kind: 'Dashboard', title: 'Dashboards' },
  { kind: 'Alert rule', title: 'Alert rules' },
] as const;

const ICONS: Readonly<Record<Item['state'] | Outcome['result'], IconName>> = {
  missing: 'plus-circle',
  outdated: 'sync',
  current: 'check-circle',
  changed: 'user',
  files: 'file-alt',
  created: 'check-circle',
  updated: 'check-circle',
  replaced: 'check-circle',
  unchanged: 'check-circle',
  left: 'user',
  failed: 'exclamation-circle',
};

interface Props {
  items: readonly Item[];
  outcomes: readonly Outcome[];
  /** Opens the confirmation to replace it with the shipped version; absent while something is running. */
  onReplace?: (item: Item) => void;
  replacing?: Item;
}

/** All items with their planned action or its result. */
export function ItemList({ items, outcomes, onReplace, replacing }: Props) {
  const styles = useStyles2(getStyles);
  // Finished items may be missing in the new plan, as folders are.
  const done = outcomes.map(({ item }) => item);
  const all = [...done, ...items.filter((item) => !done.some((other) => isSame(item, other)))];
  return (
    <>
      {KINDS.map(({ kind, title }) => {
        const some = all.filter((item) => item.kind === kind);
        return some.length === 0 ? null : (
          <section key={kind} aria-label={title}>
            <Text element="h3" variant="h5">
              {title}
            </Text>
            <ul className={styles.list}>
              {some.map((item) => {
                const outcome = outcomes.find((one) => isSame(one.item, item));
                const isFailure = outcome?.result === 'failed';
                const now = items.find((one) => isSame(one, item));
                return (
                  <li key={item.title} className={styles.row}>
                    <span>
                      <Icon
                        name={ICONS[outcome?.result ?? item.state]}
                        className={isFailure ? styles.failed : undefined}
                      />{' '}
                      {item.title}
                    </span>
                    <span className={isFailure ? styles.failed : styles.words}>
                      {outcome ? RESULT_WORDS[outcome.result] : STATE_WORDS[item.state]}
                      {outcome?.reason !== undefined && `: ${outcome.reason}`}
                      {now?.replace && (
                        <Button
                          size="sm"
                          variant="secondary"
                          fill="text"
                          aria-label={`Replace ${item.title} with the shipped version`}
                          disabled={!onReplace}
                          onClick={() => onReplace?.(now)}
                        >
                          {replacing && isSame(replacing, item) ? 'Replacing…' : 'Replace with the shipped version'}
                        </Button>
                      )}
                    </span>
                  </li>
                );
              })}
            </ul>
          </section>
        );
      })}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', marginTop: theme.spacing(0.5) }),
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: theme.spacing(2),
    justifyContent: 'space-between',
    alignItems: 'center',
    padding: theme.spacing(0.5, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    overflowWrap: 'anywhere',
  }),
  words: css({ color: theme.colors.text.secondary }),
  failed: css({ color: theme.colors.error.text }),
});
