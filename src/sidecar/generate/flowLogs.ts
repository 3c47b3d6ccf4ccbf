import { FORMATS, type Format } from './format';
import type { LoggedInterface, Tier } from './inventory';
import { awsId } from './random';

/** A flow log, the interfaces it records and where it delivers. */
export interface FlowLog {
  id: string;
  accountId: string;
  region: string;
  format: Format;
  /** AWS's two levels of aggregation. */
  aggregationSeconds: 60 | 600;
  /** Keys with `year=` and the like, and a folder for each hour. */
  hiveHourly: boolean;
  interfaces: LoggedInterface[];
}

interface Plan {
  name: string;
  tiers: readonly Tier[];
  format: Format;
  aggregationSeconds?: 600;
  hiveHourly?: true;
  /** Interfaces beyond this number go to the next plan that takes the tier. */
  most?: number;
}

/** Without a VPC every interface becomes an exporter of its own, so that flow log stays small. */
const DEFAULT_FORMAT_INTERFACES = 8;

const PLANS_BY_VPC: ReadonlyArray<readonly Plan[]> = [
  [
    { name: 'public', tiers: ['load-balancer', 'nat', 'bastion'], format: FORMATS.v5 },
    { name: 'web', tiers: ['web'], format: FORMATS.v3Custom },
    { name: 'app', tiers: ['app'], format: FORMATS.v5, hiveHourly: true },
    { name: 'database', tiers: ['database'], format: FORMATS.default, most: DEFAULT_FORMAT_INTERFACES },
    { name: 'more-databases', tiers: ['database'], format: FORMATS.v5Alphabetical },
  ],
  [
    { name: 'bastion', tiers: ['bastion'], format: FORMATS.noStatus },
    { name: 'public', tiers: ['load-balancer', 'nat'], format: FORMATS.direction },
    { name: 'servers', tiers: ['web', 'app'], format: FORMATS.v3Custom, aggregationSeconds: 600 },
    { name: 'warehouse', tiers: ['database'], format: FORMATS.noPorts, most: 2 },
    { name: 'database', tiers: ['database'], format: FORMATS.v5Alphabetical },
  ],
];

/**
 * Gives every interface to exactly one flow log. The first VPC and the second have different formats; further VPCs take turns.
 * A company has the flow log without `log-status` as soon as its second VPC has a bastion: made-up ones from 10 interfaces on.
 */
export function planFlowLogs(seed: number, interfaces: readonly LoggedInterface[]): FlowLog[] {
  const flowLogs = new Map<string, FlowLog>();
  for (const entry of interfaces) {
    const plans = PLANS_BY_VPC[entry.vpcIndex % PLANS_BY_VPC.length];
    for (const plan of plans) {
      const id = awsId('fl', seed, `${entry.vpcIndex}/${plan.name}`);
      const flowLog = flowLogs.get(id) ?? newFlowLog(id, plan, entry);
      if (plan.tiers.includes(entry.tier) && flowLog.interfaces.length < (plan.most ?? Infinity)) {
        flowLog.interfaces.push(entry);
        flowLogs.set(id, flowLog);
        break;
      }
    }
  }
  return [...flowLogs.values()];
}

function newFlowLog(id: string, plan: Plan, first: LoggedInterface): FlowLog {
  return {
    id,
    accountId: first.accountId,
    region: first.region,
    format: plan.format,
    aggregationSeconds: plan.aggregationSeconds ?? 60,
    hiveHourly: plan.hiveHourly ?? false,
    interfaces: [],
  };
}
