import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { incompleteQuery } from '../reports/collection';
import { DATASOURCE } from './common';
import { OTHER_COLOR } from './colors';
import { GRAFANA, VARS } from './vars';

/** Shades what is later than *Complete until* in every chart over time. */
export function incomplete(): Builder<AnnotationQuery> {
  const query = incompleteQuery('end', VARS.complete.number, GRAFANA.to);
  const target = {
    refId: 'incomplete',
    datasource: DATASOURCE,
    query,
    rawQuery: true,
    fromAnnotations: true,
    // Grafana calls a column by its measurement, too.
    timeEndColumn: 'collection.end',
    _implementsDataqueryVariant() {},
  };
  const annotation: AnnotationQuery = {
    name: 'Not complete yet',
    datasource: DATASOURCE,
    enable: true,
    hide: true,
    iconColor: OTHER_COLOR,
    target: target as unknown as Dataquery,
  };
  return { build: () => annotation };
}
