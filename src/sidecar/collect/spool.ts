import { appendFileSync, createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Policy } from '../rollup/windows';

/** Characters of line protocol that wait in memory; beyond, they wait in a file. */
const MEMORY_LIMIT = 16 * 1024 * 1024;
const BATCH_LINES = 20_000;

/**
 * Encoded lines of one object, waiting until the object is proven whole and its plan granted. Most objects fit into
 * memory; one with many parts spills into a temporary file.
 */
export class LineSpool {
  private readonly waiting: Record<Policy, string[]> = { minute: [], hour: [] };
  private size = 0;
  private directory?: string;
  private readonly spilled = new Set<Policy>();

  /** `folder`: where temporary files go. */
  constructor(private readonly folder = tmpdir()) {}

  add(policy: Policy, lines: readonly string[]): void {
    for (const line of lines) {
      this.waiting[policy].push(line);
      this.size += line.length;
    }
    if (this.size > MEMORY_LIMIT) {
      this.spill();
    }
  }

  /** All lines, in batches, in the order they came per policy. */
  async *batches(): AsyncGenerator<{ policy: Policy; lines: readonly string[] }> {
    for (const policy of ['minute', 'hour'] as const) {
      if (this.spilled.has(policy)) {
        let lines: string[] = [];
        for await (const line of createInterface({ input: createReadStream(this.path(policy)), crlfDelay: Infinity })) {
          if (lines.push(line) === BATCH_LINES) {
            yield { policy, lines };
            lines = [];
          }
        }
        if (lines.length > 0) {
          yield { policy, lines };
        }
      }
      if (this.waiting[policy].length > 0) {
        yield { policy, lines: this.waiting[policy] };
      }
    }
  }

  /** Forgets everything, files included. */
  dispose(): void {
    this.waiting.minute = [];
    this.waiting.hour = [];
    if (this.directory) {
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  private spill(): void {
    this.directory ??= mkdtempSync(join(this.folder, 'flowscope-spool-'));
    for (const policy of ['minute', 'hour'] as const) {
      if (this.waiting[policy].length > 0) {
        appendFileSync(this.path(policy), this.waiting[policy].join('\n') + '\n');
        this.spilled.add(policy);
        this.waiting[policy] = [];
      }
    }
    this.size = 0;
  }

  private path(policy: Policy): string {
    return join(this.directory!, `${policy}.lp`);
  }
}
