import { parseObjectName } from '../records/objectName';
import type { FlowLogOverlap } from '../../contract/flowLogs';
import type { Registry } from '../registry/registry';
import { noteWindows, Overlaps, type LoggedWindows } from '../rollup/sharedWindows';
import type { LoggedInterface } from '../rollup/summary';

/** An object of a source, as far as it was read. */
export interface Sample {
  readonly key: string;
  /** Its header, if it would be collected. */
  readonly columns?: readonly string[];
  readonly logged: readonly LoggedInterface[];
}

/** How many interfaces and actions are looked at: more would keep people waiting, and those of one flow log are alike. */
const MAX_KEYS = 10_000;

/** The ids of the flow logs that wrote these objects, as far as their names say so. */
export function flowLogsOf(samples: readonly Sample[]): string[] {
  return [...new Set(samples.flatMap(({ key }) => parseObjectName(key).flowLogId ?? []))].sort();
}

/**
 * Flow logs of these objects that log the same, among themselves or as another one that objects were collected of. Of what is not
 * collected yet only fields are told that one of them alone has. `now`: Unix seconds.
 */
export async function compareSamples(
  samples: readonly Sample[],
  registry: Pick<Registry, 'disabledFlowLogs' | 'flowLogOverview' | 'loggedWindows'>,
  now: number
): Promise<FlowLogOverlap[]> {
  const ids = flowLogsOf(samples);
  const { overlaps: known, flowLogs } = await registry.flowLogOverview(now);
  const ofSamples = known.filter(({ flowLogs: pair }) => pair.some((id) => ids.includes(id)));
  const columns = new Map(flowLogs.map((flowLog) => [flowLog.id, flowLog.columns]));
  samples.forEach(({ key, columns: own }) => own && columns.set(parseObjectName(key).flowLogId ?? '', own));
  const disabled = flowLogs.filter(({ enabled }) => !enabled).map(({ id }) => id);
  const isKnown = (pair: readonly string[]) => ofSamples.some(({ flowLogs: other }) => other.join() === pair.join());
  const fieldsOnlyIn = (id: string, other: string) => ({
    fields: (columns.get(id) ?? []).filter((field) => !columns.get(other)?.includes(field)),
    ...{ actions: [], interfaces: 0, examples: [] },
  });
  const found = (await overlapsOf(samples, disabled, registry, now)).filter(({ flowLogs: pair }) => !isKnown(pair));
  return [
    ...ofSamples,
    ...found.map((overlap): FlowLogOverlap => {
      const [one, other] = overlap.flowLogs;
      return { ...overlap, only: [fieldsOnlyIn(one, other), fieldsOnlyIn(other, one)] };
    }),
  ];
}

async function overlapsOf(
  samples: readonly Sample[],
  disabled: readonly string[],
  registry: Pick<Registry, 'loggedWindows'>,
  now: number
) {
  const keys = new Map(samples.flatMap(({ logged }) => logged.map((one) => [`${one.interface} ${one.action}`, one])));
  const asked = [...keys.values()].slice(0, MAX_KEYS);
  const answers = await registry.loggedWindows(asked, now);
  const windows = new Map<string, LoggedWindows[]>(
    asked.map(({ interface: id, action }, i) => [`${id} ${action}`, answers[i]])
  );
  for (const { key, logged } of samples) {
    const { flowLogId } = parseObjectName(key);
    for (const one of flowLogId === undefined ? [] : logged) {
      const before = windows.get(`${one.interface} ${one.action}`);
      if (before) {
        const changed = noteWindows(before, flowLogId!, one, disabled.includes(flowLogId!));
        const kept = before.filter(({ flowLog }) => !changed.some((other) => other.flowLog === flowLog));
        windows.set(`${one.interface} ${one.action}`, [...kept, ...changed]);
      }
    }
  }
  const overlaps = new Overlaps();
  asked.forEach(({ interface: id, action }) => overlaps.add(id, action, windows.get(`${id} ${action}`)!));
  return overlaps.list();
}
