import { useQuery } from '@tanstack/react-query';

import { readSettings } from './settings';
import { useStickyError } from './useStickyError';

interface Options {
  enabled?: boolean;
  /** `false`: do not retry a failed read when a component mounts. */
  retryOnMount?: boolean;
}

/** What the plugin keeps in Grafana. */
export const useSettings = (options: Options = {}) =>
  useStickyError(useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => readSettings(signal), ...options }));
