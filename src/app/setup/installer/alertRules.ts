import { z } from 'zod';

import { grafana } from '../../api/grafana';
import { hashOf } from './hash';
import type { Item } from './items';

/** A shipped rule, in the format of Grafana's provisioning files. */
interface ShippedRule {
  readonly uid: string;
  readonly title: string;
  readonly for: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly dashboardUid: string;
  readonly panelId: number;
}
export interface ShippedRules {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: readonly ShippedRule[] }>;
}

export const ALERT_FOLDER = { uid: 'flowscope-alerts', title: 'Flowscope alerts' };

const RULES = '/api/v1/provisioning/alert-rules';
/** Without this header Grafana makes the rules read-only. */
const EDITABLE = { 'X-Disable-Provenance': 'true' };

/** Annotation with the hash of the rule as shipped; underscores keep it out of notifications. */
const NOTE = '__flowscope__';

const storedRule = z.looseObject({
  uid: z.string(),
  folderUID: z.string(),
  ruleGroup: z.string(),
  provenance: z.string().optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
type StoredRule = z.infer<typeof storedRule>;

/** State of each alert rule in Grafana, and how to install or update it. */
export async function alertRuleItems({ groups }: ShippedRules): Promise<Item[]> {
  const there = new Map((await grafana(z.array(storedRule), 'GET', RULES)).map((rule) => [rule.uid, rule]));
  return groups.flatMap(({ name, rules }) => rules.map((rule) => alertRuleItem(rule, name, there.get(rule.uid))));
}

function alertRuleItem(shipped: ShippedRule, group: string, there: StoredRule | undefined): Item {
  const about = { kind: 'Alert rule', title: shipped.title } as const;
  const rule = asApiTakesIt(shipped);
  if (!there) {
    const place = { folderUID: ALERT_FOLDER.uid, ruleGroup: group };
    return { ...about, state: 'missing', apply: () => send('POST', RULES, { ...rule, ...place }) };
  }
  if (there.provenance) {
    return { ...about, state: 'files' };
  }
  // Keep the folder that people moved it to.
  const { folderUID, ruleGroup } = there;
  const update = () => send('PUT', `${RULES}/${shipped.uid}`, { ...rule, folderUID, ruleGroup });
  const noted = there.annotations?.[NOTE];
  if (noted === undefined || noted !== contentOf(there)) {
    return { ...about, state: 'changed', replace: update };
  }
  return noted === rule.annotations[NOTE]
    ? { ...about, state: 'current' }
    : { ...about, state: 'outdated', apply: update };
}

async function send(method: 'POST' | 'PUT', url: string, body: object): Promise<void> {
  await grafana(z.unknown(), method, url, { body, headers: EDITABLE });
}

/** The API takes dashboard and panel as annotations, and writes 0m as 0s. */
function asApiTakesIt({ dashboardUid, panelId, ...rule }: ShippedRule) {
  const api = {
    ...rule,
    for: rule.for === '0m' ? '0s' : rule.for,
    annotations: { ...rule.annotations, __dashboardUid__: dashboardUid, __panelId__: String(panelId) },
  };
  return { ...api, annotations: { ...api.annotations, [NOTE]: contentOf(api) } };
}

const query = z.object({
  refId: z.string(),
  relativeTimeRange: z.unknown(),
  datasourceUid: z.string(),
  model: z.unknown(),
});
const content = z.object({
  title: z.string(),
  condition: z.string(),
  for: z.string(),
  noDataState: z.string(),
  execErrState: z.string(),
  isPaused: z.boolean().default(false),
  labels: z.record(z.string(), z.string()).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  /** Contact point, if somebody chose one in the rule. */
  notification_settings: z
    .unknown()
    .transform((chosen) => chosen ?? undefined)
    .optional(),
  data: z.array(query),
});

/** Hash of everything in a rule that people can change; undefined for rules of another type. */
function contentOf(rule: object): string | undefined {
  const { success, data } = content.safeParse(rule);
  if (!success) {
    return undefined;
  }
  const { [NOTE]: _noted, ...annotations } = data.annotations ?? {};
  return hashOf({ ...data, annotations });
}
