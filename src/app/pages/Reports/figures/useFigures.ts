import { useQuery } from '@tanstack/react-query';

import { queryStore } from '../../../api/store';
import { completeUntil, useCollection } from '../../../api/useCollection';
import { useStickyError } from '../../../api/useStickyError';
import { useSetup } from '../../../setup/useSetup';
import { figureOf, queriesOf, rangeBefore, type Figure, type Range } from './figures';

/** As often as traffic comes. */
const REFRESH_MS = 60_000;

/** The figures of the cards, while they are read and when they cannot be. */
export interface Figures {
  /** The time that they are of: the last hours that are complete. */
  readonly range?: Range;
  readonly of: (uid: string) => Figure | undefined;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Reads the figures of the cards of these dashboards, all in one request. Nothing is asked before set-up is finished. */
export function useFigures(uids: readonly string[]): Figures {
  const { isPending, isComplete, install } = useSetup();
  const isReady = !isPending && (isComplete || install === 'done');
  const collection = useCollection({ enabled: isReady });
  // Until it is known how far the data is complete, or that nobody knows.
  const isKnown = collection.data !== undefined || collection.error !== null;
  const until = collection.data && completeUntil(collection.data);
  const query = useStickyError(
    useQuery({
      queryKey: ['figures', uids, until],
      queryFn: async ({ signal }) => {
        const range = rangeBefore(until === undefined ? Date.now() : until * 1000);
        return { range, answers: await queryStore(queriesOf(uids, range) as Record<string, string>, range, signal) };
      },
      enabled: isReady && isKnown,
      refetchInterval: REFRESH_MS,
      // A new time until when data is complete must not empty the cards.
      placeholderData: (before) => before,
    })
  );
  return {
    range: query.data?.range,
    of: (uid) => query.data && figureOf(uid, query.data.answers),
    isLoading: isReady && query.data === undefined && query.error === null,
    error: query.error,
    retry: () => void query.refetch(),
  };
}
