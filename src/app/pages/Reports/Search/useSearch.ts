import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { sidecar } from '../../../api/sidecar';
import { useDebounced } from '../../../components/useDebounced';

/** Searches for a text once nobody has typed for a moment. What was found before stays until then. */
export function useSearch(text: string) {
  const typed = text.trim();
  const settled = useDebounced(typed);
  const { data, error, isPlaceholderData, isFetching } = useQuery({
    queryKey: ['search', settled],
    queryFn: ({ signal }) => sidecar.search(settled, signal),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
  const isOfText = settled === typed && !isPlaceholderData && !isFetching;
  return {
    answer: typed === '' ? undefined : data,
    error: isOfText ? error : null,
    /** Whether `answer` or `error` is what there is to say of the text as it is typed now. */
    isAnswered: typed !== '' && isOfText,
  };
}
