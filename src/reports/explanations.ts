import { OTHER } from '../contract/stored';

/** Sentences that explain why a report shows nothing, or less than expected; shared by dashboards and command line. */

const WAY_OUT =
  'Choose a longer range or take filters away; of the last 10 to 15 minutes flow logs are still to come. Collection health says what is missing.';

/** Why a panel of traffic is empty, and how to get out. */
export function nothingOf(what: 'all' | 'accepted' | 'refused'): string {
  return what === 'refused'
    ? 'Nothing was refused here: in this range, and under these filters.'
    : `No ${what === 'accepted' ? 'accepted ' : ''}traffic in this range under these filters. ${WAY_OUT}`;
}

/** There is nothing to note; which is also so before the first source. */
export const NOTHING_TO_NOTE = 'Nothing to note. Is there no data yet? Add an S3 source, then collect.';

/** No source reported in the chosen range. */
export const NO_SOURCE_IN_RANGE = 'No source was reported on in this range: choose a later one, or add an S3 source.';

/** There are sources, but nothing was stored yet. */
export const NOTHING_YET = 'Nothing has been collected yet. First data takes 10 to 15 minutes.';

/** Nothing was stored yet, but objects are waiting. */
export const WAITING = 'Objects were found, and wait to be collected.';

/** There is traffic, but the filters exclude all of it. */
export const FILTERED_OUT = 'There is traffic in this range, but the filters leave nothing of it.';

/** Follows {@link FILTERED_OUT} when filters compare keys that may be part of `other`. */
export function mayBeOther(keys: readonly string[]): string {
  return `Each interface keeps only its busiest keys by name, so ${keys.join(', ')} may be part of ${OTHER}.`;
}

/** Data is complete only up to a time before the range. */
export const NOT_REACHED = 'Collection has not reached this range yet: its flow logs are still to come.';

/** The range was collected, at least in part, and had no traffic. */
export const NOTHING_FLOWED = 'No traffic in this range, as far as it is complete.';

/** No traffic in the range, and it is unknown up to when data is complete. */
export const NO_TRAFFIC = 'No traffic was counted in this range. Flow logs arrive 10 to 15 minutes after the traffic.';

/** The sidecar wrote nothing for {@link SILENT_AFTER}. */
export const SILENT = 'The sidecar has not reported for 15 minutes.';
export const SILENT_AFTER = '15m';

/** A report needs these fields, and the flow logs lack them. */
export function lacks(fields: readonly string[]): string {
  return `These flow logs lack ${fields.join(', ')}: recreate them with it, since the format of a flow log cannot be changed.`;
}

/** {@link lacks}, as a note of two lines. */
export function lacksInShort(fields: readonly string[]): string {
  return `Flow logs lack ${fields.join(', ')}: recreate them with it.`;
}

/** A filter compares what neither the flow logs nor EC2 said of some traffic. */
export function lacksFiltered(heading: string): string {
  return `Nobody says the ${heading} of some traffic: filter by interface.`;
}

/** Some traffic has no direction. */
export const NO_DIRECTION = 'Some traffic has no direction: add flow-direction to the flow log.';

/** An administrator switched off what some traffic of the range came from. */
export const LEFT_OUT = 'Disabled exporters are left out.';

/** Each follows a number of interfaces: two flow logs log them, or only one that an administrator disabled does. */
export const LOGGED_TWICE = 'interfaces are counted by two flow logs: sums are doubled';
export const LEFT_OUT_WITH_FLOW_LOG = 'interfaces are left out: their flow log is disabled';

/** Follows a share of traffic, in percent; the longer form says what that means. */
export const UNLOGGED = 'logged at one end alone';
export const UNLOGGED_MEANS = 'the other end is an interface here that is not logged';

/** K is below its default: new data keeps fewer names. */
export const FEWER_NAMES = 'The store is nearly full: new data keeps fewer names, more is other.';

/** The longer form of {@link FEWER_NAMES}, with K and the reason. */
export function fewerNames(topK: number, why: string): string {
  const kept =
    topK === 0 ? 'no addresses, pairs and applications' : `only the ${topK} busiest addresses, pairs and applications`;
  return `${why}, so new data keeps ${kept} of each interface and action by name. The rest counts as other; totals stay exact.`;
}
