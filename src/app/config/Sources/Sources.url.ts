import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Stands in the URL for the source that is being added. */
export const NEW = 'new';

/** What is to happen at once when a source is opened. */
export type Run = 'test' | 'preview';

/** What of the tab is open, as the URL says: reloading keeps it, and Back leaves it. */
interface SourcesUrl {
  /** The id of the source whose page is open, or {@link NEW}. */
  source: string | undefined;
  run: Run | undefined;
  /** The id of the source whose permissions are shown over the list. */
  permissions: string | undefined;
  /** The id of the source for which a flow log is to be made, or {@link NEW}: shown over the list. */
  flowLog: string | undefined;
  open(source: string, run?: Run): void;
  showPermissions(source: string): void;
  showFlowLog(source: string): void;
  /** Back to the list. */
  close(): void;
  /** The source that was added is the one that is open now. */
  becomes(source: string): void;
  /** What was to happen has begun. */
  ran(): void;
}

const PARAMETERS = ['source', 'run', 'permissions', 'flow-log'] as const;
type Parameter = (typeof PARAMETERS)[number];

export function useSourcesUrl(): SourcesUrl {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (values: Partial<Record<Parameter, string>>, replace = false) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const name of PARAMETERS) {
            after.delete(name);
            if (values[name] !== undefined) {
              after.set(name, values[name]);
            }
          }
          return after;
        },
        { replace }
      ),
    [setParams]
  );
  const source = params.get('source') ?? undefined;
  return {
    source,
    run: (params.get('run') ?? undefined) as Run | undefined,
    permissions: params.get('permissions') ?? undefined,
    flowLog: params.get('flow-log') ?? undefined,
    open: (id, run) => change({ source: id, run }),
    showPermissions: (id) => change({ permissions: id }),
    showFlowLog: (id) => change({ 'flow-log': id }),
    close: () => change({}),
    becomes: (id) => change({ source: id }, true),
    ran: () => change({ source }, true),
  };
}
