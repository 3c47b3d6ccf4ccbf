import type { SourceView } from '../../contract/sources';

/** A source as the sidecar shows it to administrators: one that was added and not enabled, unless `values` say more. */
export function sourceOf(values: Partial<SourceView> = {}): SourceView {
  return {
    id: 'src-1',
    name: 'prod',
    enabled: false,
    state: 'disabled',
    bucket: 'flow-logs',
    prefix: '',
    region: 'eu-west-1',
    collector: 'primary',
    hasSecret: false,
    pathStyle: false,
    pollSeconds: 60,
    objectsInFlight: 8,
    created: 1,
    version: 1,
    exporters: 0,
    objects: [],
    left: [],
    ...values,
  };
}
