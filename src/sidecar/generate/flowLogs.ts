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
  /** Whether keys are Hive-compatible (`year=…`) with a folder per hour. */
  hiveHourly: boolean;
  interfaces: LoggedInterface[];
}

/** What a flow log records. */
interface FlowLogPlan {
  name: string;
  tiers: readonly Tier[];
  format: Format;
  aggregationSeconds?: 600;
  hiveHourly?: true;
  /** Maximum number of interfaces. Others go to the next flow log that takes the tier. */
  maxInterfaces?: number;
}

/** A flow log without VPC ids makes an exporter of every interface, so it stays small. */
const DEFAULT_FORMAT_INTERFACES = 8;

const PLANS_BY_VPC: ReadonlyArray<readonly FlowLogPlan[]> = [
  [
    { name: 'public', tiers: ['load-balancer', 'nat', 'bastion'], format: FORMATS.v5 },
    { name: 'web', tiers: ['web'], format: FORMATS.v3Custom },
    { name: 'app', tiers: ['app'], format: FORMATS.v5, hiveHourly: true },
    { name: 'database', tiers: ['database'], format: FORMATS.default, maxInterfaces: DEFAULT_FORMAT_INTERFACES },
    { name: 'more-databases', tiers: ['database'], format: FORMATS.v5Alphabetical },
  ],
  [
    { name: 'bastion', tiers: ['bastion'], format: FORMATS.noStatus },
    { name: 'public', tiers: ['load-balancer', 'nat'], format: FORMATS.direction },
    { name: 'servers', tiers: ['web', 'app'], format: FORMATS.v3Custom, aggregationSeconds: 600 },
    { name: 'warehouse', tiers: ['database'], format: FORMATS.noPorts, maxInterfaces: 2 },
    { name: 'database', tiers: ['database'], format: FORMATS.v5Alphabetical },
  ],
];

/**
 * Assigns every interface to exactly one flow log. Odd and even VPCs have different flow logs. If the second VPC has a bastion,
 * its flow log lacks `log-status`; made-up companies have one from 10 interfaces on.
 */
export function planFlowLogs(seed: number, interfaces: readonly LoggedInterface[]): FlowLog[] {
  const flowLogs = new Map<string, FlowLog>();
  for (const entry of interfaces) {
    const plans = PLANS_BY_VPC[entry.vpcIndex % PLANS_BY_VPC.length];
    for (const plan of plans) {
      const id = awsId('fl', seed, `${entry.vpcIndex}/${plan.name}`);
      const flowLog = flowLogs.get(id) ?? newFlowLog(id, plan, entry);
      if (plan.tiers.includes(entry.tier) && flowLog.interfaces.length < (plan.maxInterfaces ?? Infinity)) {
        flowLog.interfaces.push(entry);
        flowLogs.set(id, flowLog);
        break;
      }
    }
  }
  return [...flowLogs.values()];
}

function newFlowLog(id: string, plan: FlowLogPlan, first: LoggedInterface): FlowLog {
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
