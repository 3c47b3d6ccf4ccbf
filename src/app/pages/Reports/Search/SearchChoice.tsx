import React, { useEffect, useRef } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';

import type { SearchMatch } from '../../../../contract/search';
import { MISSING } from '../../../../contract/stored';
import { formatAgo } from '../../../../reports/units';
import type { Choice } from './targets';

interface Props {
  id: string;
  choice: Choice;
  isActive: boolean;
  /** The mouse is over it. */
  onPoint: () => void;
  onChoose: () => void;
}

/** A match as an option of the list: its name and id, and below them what and where it is. */
export function SearchChoice({ id, choice: { match, kind, icon, note }, isActive, onPoint, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) {
      item.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [isActive]);
  const { name, id: matched } = match;
  return (
    <li
      ref={item}
      id={id}
      role="option"
      aria-selected={isActive}
      className={cx(styles.item, isActive && styles.active)}
      onMouseMove={onPoint}
      // Keeps the focus in the field, whose loss closes the list.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <Icon name={icon} />
      <div className={styles.text}>
        <div>
          <strong>{name ?? matched}</strong> {name !== undefined && <code>{matched}</code>}
        </div>
        <div className={cx(styles.where, isActive && styles.read)}>
          {[`${kind}${note ? ` ${note}` : ''}`, ...whereOf(match)].join(' · ')}
        </div>
      </div>
    </li>
  );
}

/** Where it is and, of an address, whose it is and was. */
function whereOf({ kind, vpc, vpcName, account, accountName, owners }: SearchMatch): string[] {
  return [
    ...(owners ? ownersInWords(owners) : []),
    ...(vpc !== MISSING && kind !== 'vpc' ? [`VPC ${vpcName ?? vpc}`] : []),
    ...(account !== MISSING && kind !== 'account' ? [`account ${accountName ?? account}`] : []),
  ];
}

/** Owners that are named at most. */
const MAX_NAMED = 3;

function ownersInWords(owners: NonNullable<SearchMatch['owners']>): string[] {
  if (owners.length === 0) {
    return ['nobody here is known to have it'];
  }
  const places = new Set(owners.map(({ vpc }) => vpc)).size;
  const words = owners.slice(0, MAX_NAMED).map(({ name, interface: eni, vpc, vpcName, prefix, until }) => {
    const where = places > 1 && vpc !== MISSING ? ` in ${vpcName ?? vpc}` : '';
    const of = prefix === undefined ? '' : `, as one of ${prefix}`;
    return `${until === undefined ? '' : 'was of '}${name ?? eni}${where}${of}${until === undefined ? '' : ` until ${formatAgo(until)}`}`;
  });
  const rest = owners.length - words.length;
  return rest > 0 ? [...words, `${rest} more`] : words;
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1.5),
    cursor: 'pointer',
    '& > svg': { flexShrink: 0, marginTop: theme.spacing(0.25) },
  }),
  active: css({ background: theme.colors.action.hover }),
  text: css({ minWidth: 0, overflowWrap: 'anywhere', strong: { fontWeight: theme.typography.fontWeightMedium } }),
  where: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  // On the background of what is chosen the paler colour would have too little contrast.
  read: css({ color: theme.colors.text.primary }),
});
