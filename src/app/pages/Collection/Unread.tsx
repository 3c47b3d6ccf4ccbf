import React from 'react';
import { Button, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { z } from 'zod';

import type { unreadPage } from '../../../contract/collection';
import { formatBytes, formatCount, formatCounted } from '../../../reports/units';
import { useCollection } from '../../api/useCollection';
import { useStickyError } from '../../api/useStickyError';
import { Failure } from '../../components/Failure';
import { Ago } from '../../components/Times';
import { isAdmin } from '../../plugin';
import { useUnread } from './Collection.hooks';
import { getObjectTableStyles } from './objectTable.styles';
import { Quotes } from './Quotes';
import { Section } from './Section';

type UnreadObject = z.output<typeof unreadPage>['items'][number];

const TITLE = 'Lines that could not be counted';

/** Unread lines: a table for administrators, a count for viewers. */
export function Unread() {
  const unread = useCollection().data?.unread;
  if (!unread) {
    return null;
  }
  const { objects, lines } = unread;
  const what = `${formatCounted(lines, 'line')} of ${formatCounted(objects, 'object')} could not be counted and ${
    lines === 1 ? 'is' : 'are'
  } missing from the reports. `;
  return isAdmin() ? (
    <Section
      title={TITLE}
      about={
        <>
          {what}The rest of these objects was stored and deleted; the lines are kept in the sidecar’s data directory.{' '}
          <code>flowscope unread export DIR</code> writes them as flow logs, to be imported once they are repaired.
        </>
      }
    >
      <UnreadObjects />
    </Section>
  ) : (
    <Section title={TITLE}>
      <p>
        {what}
        {lines === 1 ? 'It is' : 'They are'} kept; an administrator sees which and why.
      </p>
    </Section>
  );
}

function UnreadObjects() {
  const styles = useStyles2(getObjectTableStyles);
  const pages = useUnread();
  const { data, error, refetch } = useStickyError(pages);
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = pages;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {error && <Failure title="The lines cannot be shown" error={error} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingPlaceholder text="Loading the lines" />}
      {items.length > 0 && (
        <div
          className={styles.box}
          role="region"
          aria-label="Objects with lines that could not be counted"
          tabIndex={0}
        >
          <table className={styles.table}>
            <thead>
              <tr>
                {['Source', 'Object', 'Lines', 'Stored'].map((heading) => (
                  <th scope="col" key={heading}>
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasNextPage && (
        <Button variant="secondary" size="sm" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          {isFetchingNextPage
            ? 'Loading'
            : `Show more: ${formatCount(items.length)} of ${formatCount(data?.pages[0].total ?? 0)} are shown`}
        </Button>
      )}
    </>
  );
}

function Row({ item: { source, key, lines, bytes, reasons, quotes, stored } }: { item: UnreadObject }) {
  const styles = useStyles2(getObjectTableStyles);
  const why = Object.entries(reasons).map(([reason, count]) => `${formatCount(count)} ${reason}`);
  return (
    <tr>
      <td className={styles.source}>{source}</td>
      <td className={styles.key}>{key}</td>
      <td>
        {formatCounted(lines, 'line')} ({formatBytes(bytes)}): {why.join(', ')}
        <Quotes quotes={quotes} />
      </td>
      <td className={styles.time}>
        <Ago at={stored} />
      </td>
    </tr>
  );
}
