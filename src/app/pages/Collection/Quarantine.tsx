import React, { useRef } from 'react';
import { LoadingPlaceholder } from '@grafana/ui';

import { formatCounted } from '../../../reports/units';
import { useCollection } from '../../api/useCollection';
import { useStickyError } from '../../api/useStickyError';
import { Failure } from '../../components/Failure';
import { toastSuccess, toastWarning } from '../../components/toasts';
import { isAdmin } from '../../plugin';
import { useQuarantine, useQuarantineChange } from './Collection.hooks';
import type { QuarantinedObject } from './Quarantine.utils';
import { QuarantineTable } from './QuarantineTable';
import { Section } from './Section';

const TITLE = 'Quarantine';
const NOTHING = 'Nothing is in quarantine.';

/** Quarantined objects: a table for administrators, a count for viewers. */
export function Quarantine() {
  return isAdmin() ? <QuarantinedObjects /> : <QuarantineCount />;
}

function QuarantineCount() {
  const { data } = useCollection();
  if (!data) {
    return null;
  }
  const count = data.quarantined;
  return (
    <Section title={TITLE}>
      <p>
        {count === 0
          ? NOTHING
          : `${formatCounted(count, 'object')} could not be collected and ${count === 1 ? 'is' : 'are'} missing from the reports. ` +
            `${count === 1 ? 'It stays' : 'They stay'} in the bucket; an administrator sees which and why.`}
      </p>
    </Section>
  );
}

function QuarantinedObjects() {
  const pages = useQuarantine();
  const { data, error, refetch } = useStickyError(pages);
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = pages;
  const retry = useQuarantineChange('retry');
  const dismiss = useQuarantineChange('dismiss');
  const heading = useRef<HTMLHeadingElement>(null);
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const total = data?.pages[0].total ?? 0;
  const isSaidAbove = useCollection().error !== null;

  const change = async (verb: 'retry' | 'dismiss', chosen: QuarantinedObject[]) => {
    const { mutateAsync, reset } = verb === 'retry' ? retry : dismiss;
    (verb === 'retry' ? dismiss : retry).reset();
    reset();
    const outcome = await mutateAsync(chosen).catch(() => undefined);
    if (outcome) {
      announce(verb, outcome);
      // The pressed buttons may have gone with their rows.
      heading.current?.focus();
    }
  };

  if (!data && isSaidAbove) {
    return null;
  }
  return (
    <Section
      title={TITLE}
      headingRef={heading}
      about={
        items.length > 0 &&
        'Objects that are damaged, cut off or in conflict with others. They stay in their buckets, and what is in them is ' +
          'missing from the reports. Retry one once it is repaired or replaced: the next scan collects it again. Dismiss ' +
          'removes the notice; the object stays.'
      }
    >
      {error && <Failure title="The quarantine cannot be shown" error={error} onRetry={() => void refetch()} />}
      {retry.error && <Failure title="The objects could not be retried" error={retry.error} />}
      {dismiss.error && <Failure title="The notices could not be dismissed" error={dismiss.error} />}
      {!data && !error && <LoadingPlaceholder text="Loading quarantined objects" />}
      {data && items.length === 0 && <p>{NOTHING}</p>}
      {items.length > 0 && (
        <QuarantineTable
          items={items}
          total={total}
          isChanging={retry.isPending || dismiss.isPending}
          onChange={change}
          onMore={hasNextPage ? () => void fetchNextPage() : undefined}
          isLoadingMore={isFetchingNextPage}
        />
      )}
    </Section>
  );
}

/** Shows the outcome as toasts. */
function announce(verb: 'retry' | 'dismiss', { changed, unlisted }: { changed: number; unlisted: number }) {
  if (changed > 0 && verb === 'retry') {
    toastSuccess(`${formatCounted(changed, 'object')} will be collected again`, 'With the next scan of the source.');
  }
  if (changed > 0 && verb === 'dismiss') {
    toastSuccess(`${formatCounted(changed, 'notice')} dismissed`, 'The objects stay where they are.');
  }
  if (unlisted > 0) {
    toastWarning(`${formatCounted(unlisted, 'object')} cannot be retried`, 'No source lists them any more.');
  }
}
