import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DATASOURCE } from './common';
import type { Ref } from './refs';

interface InfluxQuery extends Dataquery {
  refId: Ref;
  query: string;
  rawQuery: true;
  resultFormat: 'time_series' | 'table';
  datasource: typeof DATASOURCE;
}

/** Raw InfluxQL target; the SDK ships no InfluxDB query type. Tables keep tags as columns, which transformations need. */
export function influxQuery(refId: Ref, query: string): Builder<Dataquery> {
  const target: InfluxQuery = {
    refId,
    query,
    rawQuery: true,
    resultFormat: 'table',
    datasource: DATASOURCE,
    _implementsDataqueryVariant() {},
  };
  return { build: () => target };
}
