import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';

import type { Job } from '../../contract/jobs';
import { sidecar } from './sidecar';

/** Often enough that each check shows as it finishes. */
const POLL_MS = 500;

/** A job of one kind in the sidecar, and its progress. */
export interface RunningJob<K extends Job['kind']> {
  /** The job as last polled: `progress` at any time, `result` once it is done. */
  job: Extract<Job, { kind: K }> | undefined;
  /** Whether it was started and has not ended. */
  isRunning: boolean;
  /** Why it could not be started or followed; a job that failed says so itself. */
  error: Error | null;
  /** Starts a new job and drops the previous one. Resolves once the sidecar accepted it. */
  start(): Promise<void>;
}

/** Starts a job with `begin` and polls it until it ends. */
export function useJob<K extends Job['kind']>(kind: K, begin: () => Promise<Job>): RunningJob<K> {
  const [id, setId] = useState<string>();
  const beginning = useMutation({ mutationFn: begin, onSuccess: (job) => setId(job.id) });
  const followed = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => sidecar.job(id!, signal),
    enabled: id !== undefined,
    initialData: beginning.data?.id === id ? beginning.data : undefined,
    // What has ended does not change, and the sidecar forgets it after a while.
    staleTime: ({ state }) => (state.data === undefined || state.data.state === 'running' ? 0 : Infinity),
    refetchInterval: ({ state }) => (state.data?.state === 'running' && !state.error ? POLL_MS : false),
  });
  const job = id === undefined || beginning.isPending ? undefined : followed.data;
  const error = beginning.error ?? (id === undefined ? null : followed.error);
  return {
    job: job?.kind === kind ? (job as Extract<Job, { kind: K }>) : undefined,
    isRunning: beginning.isPending || (job?.state === 'running' && !error),
    error,
    start: async () => {
      setId(undefined);
      await beginning.mutateAsync().catch(() => undefined);
    },
  };
}
