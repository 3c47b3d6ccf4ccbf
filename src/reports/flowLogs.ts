import { formatCount } from './units';

/** Sentences about flow logs that log the same, and about disabled ones; shared by pages and command line. */

/** What of two flow logs one alone has. */
interface OnlyThere {
  readonly fields: readonly string[];
  readonly actions: readonly string[];
  readonly interfaces: number;
  readonly examples: readonly string[];
}

interface Overlap {
  readonly flowLogs: readonly string[];
  readonly interfaces: number;
  readonly examples: readonly string[];
  readonly actions: readonly string[];
  readonly only: readonly OnlyThere[];
}

/** Headline where two flow logs log the same. */
export const SUMS_DOUBLED = 'Counted by two flow logs: sums are doubled';

/** What helps against it. */
export const DISABLE_ONE = 'Disable one of them in Flow logs (flowscope flow-log disable), or delete it in AWS.';

/** `the interface eni-1`, `the interfaces eni-1, eni-2`, `1,200 interfaces such as eni-1, eni-2`. */
export function interfacesNamed(interfaces: number, examples: readonly string[]): string {
  const named = examples.join(', ');
  if (interfaces > examples.length) {
    return `${formatCount(interfaces)} interfaces such as ${named}`;
  }
  return `the ${interfaces === 1 ? 'interface' : 'interfaces'} ${named}`;
}

/** What two flow logs both log. */
export function bothLog({ flowLogs, interfaces, examples, actions }: Omit<Overlap, 'only'>): string {
  const what = `${interfacesNamed(interfaces, examples)} (${actions.join(', ')})`;
  return `${flowLogs.join(' and ')} both log ${what}: ${interfaces === 1 ? 'its' : 'their'} traffic counts twice.`;
}

/** What only one flow log has; undefined when that is nothing. */
export function onlyHas(flowLog: string, { fields, actions, interfaces, examples }: OnlyThere): string | undefined {
  const of = (word: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`the ${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`];
  const all = [
    ...of('field', fields),
    ...of('action', actions),
    ...(interfaces === 0 ? [] : [interfacesNamed(interfaces, examples)]),
  ];
  return all.length === 0 ? undefined : `Only ${flowLog} has ${all.join('; ')}.`;
}

/** All of that about two flow logs, and what helps. */
export function overlapText(overlap: Overlap): string {
  const only = overlap.flowLogs.flatMap((flowLog, i) => onlyHas(flowLog, overlap.only[i]) ?? []);
  return [bothLog(overlap), ...only, DISABLE_ONE].join(' ');
}

/** At most so many pairs, or disabled flow logs, are told of one by one. */
const TOLD = 5;

/** The first of many that are told of one by one, and a sentence about the others, if there are any. */
export function firstTold<T>(all: readonly T[]): { readonly told: readonly T[]; readonly others?: string } {
  const others = all.length - TOLD;
  return { told: all.slice(0, TOLD), ...(others > 0 && { others: `So it is with ${formatCount(others)} more.` }) };
}

/** What reports lack since a flow log is disabled. */
export function leftOutText({
  flowLog,
  interfaces,
  examples,
}: {
  readonly flowLog: string;
  readonly interfaces: number;
  readonly examples: readonly string[];
}): string {
  const what = interfacesNamed(interfaces, examples);
  return `${flowLog} is disabled, and no other flow log has ${what}: reports lack ${interfaces === 1 ? 'it' : 'them'}.`;
}
