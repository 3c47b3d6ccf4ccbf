import { COLLECTION_ALERTS } from '../../src/dashboards/collectionAlerts';

const MINUTE = 60;
/** How far back points go, minutes. */
const HISTORY = 45;

type Fields = Readonly<Record<string, number>>;

/** The fields of a source and a collector without any trouble. */
const WELL: Fields = {
  ...{ backlog: 0, oldest_age: 0, lag: 600, gaps: 0, objects: 1, records: 1000, malformed: 0, skipdata: 0, errors: 0 },
  ...{ undeleted: 0, not_collected: 0, quarantined: 0, refused: 0 },
  ...{ sources: 1, series: 1000, series_budget: 500_000, exporters: 10, exporter_limit: 500, descriptions_age: 600 },
};

/** By rule, how the point of a given age in minutes differs where the alert must fire. Undefined: no point is written. */
const TROUBLE: Readonly<Record<string, (minutesAgo: number) => Fields | undefined>> = {
  'collection-stopped': () => ({ backlog: 5, objects: 0 }),
  'sidecar-silent': (ago) => (ago > 11 ? {} : undefined),
  'no-new-objects': () => ({ objects: 0 }),
  'backlog-old': () => ({ backlog: 1, oldest_age: 31 * MINUTE }),
  'not-deleted': () => ({ undeleted: 3 }),
  quarantine: (ago) => ({ quarantined: ago < 8 ? 3 : 1 }),
  'not-collected': (ago) => ({ not_collected: ago < 8 ? 7 : 2 }),
  malformed: () => ({ malformed: 30 }),
  'blind-spots': (ago) => ({ skipdata: ago === 6 ? 4 : 0 }),
  'exporter-limit': () => ({ exporters: 450 }),
  'series-budget': () => ({ series: 500_000 }),
  'descriptions-stale': () => ({ descriptions_age: 3 * 60 * MINUTE + 1 }),
  'new-exporter': () => ({}),
  store: () => ({ refused: 2 }),
};

/**
 * Points of `collection` up to `now` (Unix seconds): a source and a collector of its own for each rule, named as the rule,
 * and one called `well`.
 */
export function collectionLines(now: number, isTrouble: boolean): string[] {
  const names = ['well', ...COLLECTION_ALERTS.map(({ name }) => name)];
  const lines = names.flatMap((name) =>
    Array.from({ length: HISTORY }, (_, ago) => {
      const different = isTrouble && name !== 'well' ? TROUBLE[name](ago) : {};
      if (!different) {
        return [];
      }
      const values = Object.entries({ ...WELL, ...different }).map(([field, value]) => `${field}=${value}i`);
      return `collection,collector=${name},source=${name},source_id=src-${name} ${values.join(',')} ${now - ago * MINUTE}000000000`;
    }).flat()
  );
  const exporter = `new_exporter,account=1,collector=new-exporter,exporter=1/vpc-new first_seen=${now}i ${now}000000000`;
  return isTrouble ? [...lines, exporter] : lines;
}
