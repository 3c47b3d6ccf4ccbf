import type { Proposal } from '../../registry/plans';
import type { Registry } from '../../registry/registry';
import { InfluxError } from '../../store/influx';
import { liftRefusingLimit } from '../../store/limits';
import type { ObjectLines } from '../../store/seriesRoom';
import type { PointWriter } from '../../store/writer';
import type { ExporterDecisions } from './exporterDecisions';
import type { ObjectOutcome } from './object';

/** What keeping fewer names takes. */
interface Dependencies {
  readonly registry: Pick<Registry, 'seriesRefused'>;
  readonly writer: PointWriter;
  readonly exporters: ExporterDecisions;
  readonly now: () => number;
}

/**
 * Makes the series of an object that has no plan yet: `made`; `fewer-names`: the store has no room for so many names, and new
 * plans keep fewer from now on, so it is to be rolled up again; or the outcome when the store refuses it all the same.
 * Throws `InfluxError` `unavailable` when the store stays away.
 */
export async function makeSeries(
  { terms, exporters: seen }: Proposal,
  lines: ObjectLines,
  { registry, writer, exporters, now }: Dependencies
): Promise<'made' | 'fewer-names' | ObjectOutcome> {
  try {
    await writer.series.make(lines, terms.topK);
    return 'made';
  } catch (error) {
    if (!(error instanceof InfluxError) || error.failure === 'unavailable') {
      throw error;
    }
    if (error.failure !== 'series-limit' || (await registry.seriesRefused(terms.topK, now())) >= terms.topK) {
      return refusedByStore(error);
    }
    await exporters.refresh(seen.map(({ id }) => id));
    return 'fewer-names';
  }
}

/** What becomes of an object that the store refuses. */
export function refusedByStore({ failure, message: why }: InfluxError): ObjectOutcome {
  const advice = failure === 'series-limit' ? ` ${liftRefusingLimit(why)}` : '';
  return {
    state: 'refused',
    reason: failure,
    message: `${why}${advice} The object stays where it is and is tried again.`,
  };
}
