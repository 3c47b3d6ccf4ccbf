import { OTHER } from '../contract/stored';

/** Why a report shows nothing, or less than people expect: one sentence each, for dashboards and the command line. */

/** No sidecar has ever reported. */
export const NO_SOURCE = 'No source yet: add an S3 source, then collect.';

/** The same in a range: there may be sources now. */
export const NO_SOURCE_IN_RANGE = 'No source was reported on in this range: choose a later one, or add an S3 source.';

/** There are sources, and nothing has been stored. */
export const NOTHING_YET = 'Nothing has been collected yet. First data takes 10 to 15 minutes.';

/** Nothing has been stored, and it is known what will be. */
export const WAITING = 'Objects were found, and wait to be collected.';

/** The filters are to blame. */
export const FILTERED_OUT = 'There is traffic in this range, but the filters leave nothing of it.';

/** Goes after it where what the filters ask for may have no name of its own. */
export function mayBeOther(keys: readonly string[]): string {
  return `Each interface keeps only its busiest keys by name, so ${keys.join(', ')} may be part of ${OTHER}.`;
}

/** What was delivered ends before the range begins. */
export const NOT_REACHED = 'Collection has not reached this range yet: its flow logs are still to come.';

/** The range is collected, at least in part, and was quiet. */
export const NOTHING_FLOWED = 'No traffic in this range, as far as it is complete.';

/** Nothing in the range, and nobody knows how far collection is. */
export const NO_TRAFFIC = 'No traffic was counted in this range. Flow logs arrive 10 to 15 minutes after the traffic.';

/** The sidecar wrote nothing for {@link SILENT_AFTER}. */
export const SILENT = 'The sidecar has not reported for 15 minutes.';
export const SILENT_AFTER = '15m';

/** Flow-log fields that a flow log may lack, and that a report cannot do without. */
export function lacks(fields: readonly string[]): string {
  return `These flow logs lack ${fields.join(', ')}: recreate them with it, since the format of a flow log cannot be changed.`;
}

/** Said when a filter was set that compares a field which some of the traffic lacks. */
export function lacksFiltered(heading: string, field: string): string {
  return `Some traffic has no ${field}, so it matches no ${heading}: filter by interface, or add ${field} to the flow log.`;
}

/** Said when traffic has no direction. */
export const NO_DIRECTION = 'Some traffic has no direction: add flow-direction to the flow log to see In and Out.';

/** Said in reports while new data keeps fewer names than usual. */
export const FEWER_NAMES =
  'The store holds as many series as it carries well: new data keeps fewer names, and more of it counts as other.';

/** The same where there is room for how many, and why. */
export function fewerNames(topK: number, why: string): string {
  const kept =
    topK === 0 ? 'no addresses, pairs and applications' : `only the ${topK} busiest addresses, pairs and applications`;
  return `${why}, so new data keeps ${kept} of each interface and action by name. The rest counts as other; totals stay exact.`;
}
