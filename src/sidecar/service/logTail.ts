import { appendFileSync, chmodSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from '../../contract/log';
import { LOG_LEVELS, type LogLevel } from '../../contract/logLevels';

/** The last lines of the log in the data directory, and those before them: each up to {@link FILE_BYTES}. */
const FILE = 'log.ndjson';
const OLDER_FILE = 'log.1.ndjson';
const FILE_BYTES = 512 * 1024;
/** Lines that are kept in memory, each cut at {@link LONGEST} characters. */
const LINES = 2000;
const LONGEST = 4000;
/** At debug there is a line per object: those are for the log itself. */
const LEAST_IN_FILE = LOG_LEVELS.info;

/**
 * The last lines of the sidecar's log, for people who cannot see where it goes: in memory, and from level info on in the data
 * directory, so that they outlast the process. A stream of pino.
 */
export class LogTail {
  private readonly lines: LogLine[];
  private nextId: number;
  private bytes: number;

  /** `redact` takes secrets out of each line. Begins with the lines that a former process left. */
  constructor(
    private readonly directory: string,
    private readonly redact: (text: string) => string
  ) {
    this.lines = readLogTail(directory);
    this.nextId = (this.lines.at(-1)?.id ?? 0) + 1;
    this.bytes = statSync(join(directory, FILE), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Takes one line of pino. Never throws: collecting goes on without a log. */
  write(text: string): void {
    const line = toLine(this.redact(text), this.nextId++);
    if (!line) {
      return;
    }
    this.lines.push(line);
    if (this.lines.length > LINES) {
      this.lines.shift();
    }
    if (LOG_LEVELS[line.level] >= LEAST_IN_FILE) {
      // The line end comes first, after what a process that was killed may have left of a line.
      this.keep(`\n${JSON.stringify(line)}`);
    }
  }

  /** Up to `limit` lines from a level on, newest first, before the one with the id `before`; `total`: all of that level. */
  read(level: LogLevel, limit: number, before = Infinity): { items: LogLine[]; total: number } {
    const wanted = this.lines.filter((line) => LOG_LEVELS[line.level] >= LOG_LEVELS[level]);
    const items = wanted.filter(({ id }) => id < before).slice(-limit);
    return { items: items.reverse(), total: wanted.length };
  }

  private keep(line: string): void {
    const file = join(this.directory, FILE);
    try {
      if (this.bytes > FILE_BYTES) {
        renameSync(file, join(this.directory, OLDER_FILE));
        this.bytes = 0;
      }
      appendFileSync(file, line, { mode: 0o600 });
      if (this.bytes === 0) {
        chmodSync(file, 0o600);
      }
      this.bytes += Buffer.byteLength(line);
    } catch {
      // As when the disk is full, which the log itself says of what matters.
    }
  }
}

/** The last lines that a process left in a data directory, oldest first; what cannot be read is left out. */
export function readLogTail(directory: string): LogLine[] {
  const texts = [OLDER_FILE, FILE].map((name) => {
    try {
      return readFileSync(join(directory, name), 'utf8');
    } catch {
      return '';
    }
  });
  return texts
    .flatMap((text) => text.split('\n'))
    .flatMap((text) => {
      try {
        return text === '' ? [] : [JSON.parse(text) as LogLine];
      } catch {
        // The process was killed while it wrote this line.
        return [];
      }
    })
    .slice(-LINES);
}

function toLine(text: string, id: number): LogLine | undefined {
  try {
    const { level, time, msg = '', ...rest } = JSON.parse(text) as { level: number; time: number; msg?: string };
    const [name] = (Object.entries(LOG_LEVELS) as Array<[LogLevel, number]>).find(([, number]) => number === level)!;
    const details = Object.keys(rest).length > 0 ? JSON.stringify(rest).slice(0, LONGEST) : undefined;
    return { id, at: time, level: name, message: msg.slice(0, LONGEST), ...(details && { details }) };
  } catch {
    return undefined;
  }
}
