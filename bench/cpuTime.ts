import { readFileSync } from 'node:fs';

/** The clock ticks in which Linux counts CPU time for programs: USER_HZ, which is 100 wherever Node runs. */
const TICKS_PER_SECOND = 100;
/** Positions of utime and stime (proc_pid_stat(5)) behind the name of the program, which may hold spaces. */
const [USER, SYSTEM] = [11, 12];

/** Whether {@link cpuSeconds} can be asked for: only Linux tells a process about others. */
export const CAN_READ_CPU_TIME = process.platform === 'linux';

/** CPU-seconds that a process has used so far, all its threads together. Throws when it is gone. */
export function cpuSeconds(pid: number): number {
  return cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

/** The same, from the text of `/proc/PID/stat`. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_PER_SECOND;
}

/** CPU-seconds of some processes, by phase. */
export class CpuMeter<Process extends string, Phase extends string> {
  private readonly used = new Map<string, number>();

  /** `pids`: of the processes by name. */
  constructor(private readonly pids: Readonly<Record<Process, number>>) {}

  /** Does some work and counts to a phase what the processes use meanwhile. */
  async during<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const before = this.read();
    try {
      return await work();
    } finally {
      const after = this.read();
      for (const name of Object.keys(this.pids) as Process[]) {
        const key = `${name} ${phase}`;
        this.used.set(key, (this.used.get(key) ?? 0) + after[name] - before[name]);
      }
    }
  }

  /** CPU-seconds of one process in one phase. */
  secondsOf(name: Process, phase: Phase): number {
    return this.used.get(`${name} ${phase}`) ?? 0;
  }

  private read(): Record<Process, number> {
    const seconds = Object.entries<number>(this.pids).map(([name, pid]) => [name, cpuSeconds(pid)]);
    return Object.fromEntries(seconds) as Record<Process, number>;
  }
}
