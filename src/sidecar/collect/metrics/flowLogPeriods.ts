import { FLOW_LOG_PERIODS, MISSING, type FlowLogPeriodKind } from '../../../contract/stored';
import type { FlowLogFindings } from '../../registry/flowLogFindings';
import type { Registry } from '../../registry/registry';
import { escapeTag, timestamp } from '../../rollup/lineProtocol';
import type { InfluxClient } from '../../store/influx';

/** What goes on is taken to do so for as long as the next objects take to come. Seconds. */
const GOES_ON_SECONDS = 900;

interface Period {
  readonly kind: FlowLogPeriodKind;
  readonly flowLog: string;
  readonly other: string;
  readonly interfaces: number;
  readonly since: number;
  readonly until: number;
}

/**
 * Compares flow logs at `now` (Unix seconds): notes in the registry which of them log the same interfaces, and what is left out since
 * one is disabled, and in InfluxDB from when to when that was so, for reports of that time.
 */
export async function compareFlowLogs(registry: Registry, client: InfluxClient, now: number): Promise<void> {
  const findings = await registry.findInFlowLogs(now);
  await registry.recordFlowLogFindings(findings);
  const lines = periodsOf(findings).map(lineOf);
  if (lines.length > 0) {
    await client.write('entity', lines.join('\n'));
  }
}

function periodsOf({ overlaps, leftOut }: FlowLogFindings): Period[] {
  return [
    ...overlaps.map(({ flowLogs: [flowLog, other], ...rest }) => ({
      ...{ kind: 'counted-twice' as const, flowLog, other },
      ...rest,
    })),
    ...leftOut.map((rest) => ({ kind: 'left-out' as const, other: MISSING, ...rest })),
  ];
}

/** A period stands at its beginning: while it goes on, it overwrites itself. */
function lineOf({ kind, flowLog, other, interfaces, since, until }: Period): string {
  const tags = `flow_log=${escapeTag(flowLog)},kind=${kind},other=${escapeTag(other)}`;
  const ends = (until + GOES_ON_SECONDS) * 1000;
  return `${FLOW_LOG_PERIODS},${tags} interfaces=${interfaces}i,until=${ends}i ${timestamp(since, 0)}`;
}
