import { useQuery } from '@tanstack/react-query';

import { readSettings } from './settings';

/** What the plugin keeps in Grafana. */
export const useSettings = () => useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => readSettings(signal) });
