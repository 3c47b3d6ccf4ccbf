import React from 'react';
import { css } from '@emotion/css';
import type { z } from 'zod';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

import type { ledgerEntries } from '../../../contract/collection';
import { formatBytes, formatCount } from '../../../reports/units';
import { Facts, type Fact } from '../../components/Facts';
import { objectState, reasonText } from './Collection.words';
import { Quotes } from './Quotes';

type Entry = z.infer<typeof ledgerEntries>['entries'][number];

/** All details of an object, for each place it was found at. */
export function LedgerEntries({ entries }: { entries: readonly Entry[] }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {entries.map((entry, index) => (
        <article key={index} className={styles.card} aria-label={entry.key}>
          <Facts wide facts={[...placeOf(entry), ...countsOf(entry), ...planOf(entry)]} />
        </article>
      ))}
    </>
  );
}

const time = (at: number) => dateTimeFormat(at * 1000);

function placeOf({ source, key, etag, size, state, reason, message, changed, seen, dismissed }: Entry): Fact[] {
  const why = message ?? (reason && reasonText(reason));
  return [
    ['Key', key],
    ['Source', source ?? 'None: its source was removed, or it was imported'],
    ['State', `${objectState(state)}, since ${time(changed)}`],
    ...(why ? [['Why', reason ? `${reason}: ${why}` : why] as const] : []),
    ...(dismissed === undefined ? [] : [['Notice dismissed', time(dismissed)] as const]),
    ['Last listed', time(seen)],
    ['Size', `${formatBytes(size)} (${formatCount(size)} bytes), ETag ${etag}`],
  ];
}

function countsOf({ counts }: Entry): Fact[] {
  if (!counts) {
    return [];
  }
  const [bytes, packets, flows] = [counts.bytes, counts.packets, counts.flows].map((sum) => formatCount(BigInt(sum)));
  const uncounted = Object.entries(counts.reasons).map(([reason, count]) => `${formatCount(count)} ${reason}`);
  return [
    ['Records', `${formatCount(counts.records)}, of them ${formatCount(counts.ok)} traffic`],
    ['Traffic', `${bytes} bytes, ${packets} packets, ${flows} flows`],
    ...(uncounted.length > 0 ? [['Not counted', uncounted.join(', ')] as const] : []),
    ...(counts.quotes.length > 0 ? [['Bad lines', <Quotes key="quotes" quotes={counts.quotes} />] as const] : []),
  ];
}

function planOf({ identity, sha256, stored, storedFrom }: Entry): Fact[] {
  const places = storedFrom.map(({ source, key }) => (source === undefined ? key : `${key} of ${source}`));
  return [
    ...(places.length === 0 ? [] : [['Stored from', `${places.join(', ')}, too: it counts once`] as const]),
    ...(identity === undefined ? [] : [['Counted once as', identity] as const]),
    ...(sha256 === undefined ? [] : [['SHA-256', sha256] as const]),
    ...(stored === undefined ? [] : [['Stored', time(stored)] as const]),
  ];
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    padding: theme.spacing(2),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
});
