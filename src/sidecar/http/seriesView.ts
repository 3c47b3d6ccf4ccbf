import type { z } from 'zod';
import type { seriesBudget } from '../../contract/collection';
import { DEFAULT_TOP_K } from '../../contract/stored';
import { fewerNames } from '../../reports/explanations';
import { formatCount } from '../../reports/units';
import { countedSeries, SERIES_BUDGET, type SeriesState } from '../rollup/seriesBudget';

/** How many series the store holds of those it carries well, as viewers are told. */
export function seriesView({ live, topK, isRefused }: SeriesState): z.infer<typeof seriesBudget> {
  const most = countedSeries(live);
  const why = isRefused
    ? 'InfluxDB refuses new series'
    : `InfluxDB held more than the ${formatCount(SERIES_BUDGET)} series that it carries well`;
  return {
    live: most,
    budget: SERIES_BUDGET,
    topK,
    isRefused,
    ...(topK < DEFAULT_TOP_K && { warning: fewerNames(topK, why) }),
  };
}
