import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';

import type { flowLog, flowLogPage } from '../../../contract/flowLogs';
import { fetchAllPages } from '../../api/pages';
import { sidecar } from '../../api/sidecar';
import { useChange } from '../../api/useChange';

export type FlowLog = z.infer<typeof flowLog>;
/** All flow logs, and what was found by comparing them. */
export type AllFlowLogs = Omit<z.infer<typeof flowLogPage>, 'next'>;

const FLOW_LOGS = 'flow-logs';
/** Rates and times change. */
const REFRESH_MS = 30_000;

/** All flow logs, so that the search covers every one. */
export function useFlowLogs() {
  return useQuery({
    queryKey: [FLOW_LOGS],
    queryFn: ({ signal }): Promise<AllFlowLogs> => fetchAllPages((page) => sidecar.flowLogs.list(page, signal)),
    refetchInterval: REFRESH_MS,
  });
}

/** Enables or disables a flow log of the list of that version. */
export function useSwitchFlowLog() {
  return useChange(FLOW_LOGS, ({ version, id, enabled }: { version: number; id: string; enabled: boolean }) =>
    sidecar.flowLogs.change(version, { ids: [id], enabled })
  );
}
