import { useQuery } from '@tanstack/react-query';

import { readSettings } from './settings';
import { useStickyError } from './useStickyError';

interface Options {
  enabled?: boolean;
  /** `false`: whoever asks makes do with it that they could not be read before. */
  retryOnMount?: boolean;
}

/** What the plugin keeps in Grafana. */
export const useSettings = (options: Options = {}) =>
  useStickyError(useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => readSettings(signal), ...options }));
