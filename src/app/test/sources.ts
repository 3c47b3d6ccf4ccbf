import { fieldEntries, SOURCE_FIELDS, type SourceFieldValues } from '../../contract/sourceFields';
import type { SourceView } from '../../contract/sources';

const DEFAULTS = Object.fromEntries(
  fieldEntries(SOURCE_FIELDS).flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]]))
) as Omit<SourceFieldValues, 'name' | 'bucket' | 'region'>;

/** A source as the sidecar shows it to administrators: one that was added and not enabled, unless `values` say more. */
export function sourceOf(values: Partial<SourceView> = {}): SourceView {
  return {
    ...DEFAULTS,
    id: 'src-1',
    name: 'prod',
    enabled: false,
    state: 'disabled',
    bucket: 'flow-logs',
    region: 'eu-west-1',
    collector: 'primary',
    hasSecret: false,
    created: 1,
    version: 1,
    exporters: 0,
    objects: [],
    left: [],
    ...values,
  };
}
