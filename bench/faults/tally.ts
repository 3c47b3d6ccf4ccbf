import type { Call, ServerName } from './calls';
import type { Victim } from './plannedKills';

/** What was done to the world so far. */
export class FaultTally {
  /** Kills by victim and, where it was at a request, its kind. */
  readonly kills = new Map<string, number>();
  /** Faults by kind and server. */
  readonly faults = new Map<string, Map<ServerName, number>>();
  deletions = 0;

  kill(victim: Victim, call: Call | undefined): void {
    const name = `${victim}, ${call ? `at ${call}` : 'at some moment'}`;
    this.kills.set(name, (this.kills.get(name) ?? 0) + 1);
  }

  fault(name: string, server: ServerName): void {
    const byServer = this.faults.get(name) ?? new Map<ServerName, number>();
    this.faults.set(name, byServer);
    byServer.set(server, (byServer.get(server) ?? 0) + 1);
  }

  get killCount(): number {
    return sum(this.kills.values());
  }

  get faultCount(): number {
    return sum([...this.faults.values()].flatMap((byServer) => [...byServer.values()]));
  }
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}

/** Tables of what was done. */
export function tallyText(tally: FaultTally): string {
  const rows = (entries: Iterable<readonly [string, string | number]>) =>
    [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `  ${name.padEnd(44)} ${count}`);
  const faults = [...tally.faults].map(([name, byServer]) => {
    const each = [...byServer].map(([server, count]) => `${server} ${count}`).join(', ');
    return [name, each] as const;
  });
  return [
    `${tally.killCount} kills`,
    ...rows(tally.kills),
    `${tally.faultCount} faults`,
    ...rows(faults),
    `${tally.deletions} deletions were asked for, each after InfluxDB had acknowledged the whole object`,
  ].join('\n');
}
