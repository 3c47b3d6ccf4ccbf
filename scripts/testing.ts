import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from '../src/sidecar/testing/until';

/** Whether a process is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a process has ended, whoever its parent is. */
export function untilGone(pid: number): Promise<void> {
  return until(() => !isAlive(pid));
}

/** Writes a script below `dir` that may import `scripts/services` as `services`; returns its path. */
export function writeScript(dir: string, name: string, code: string): string {
  const file = join(dir, `${name}.ts`);
  writeFileSync(file, `import * as services from ${JSON.stringify(resolve('scripts/services'))};\n${code}\n`);
  return file;
}

/** Starts Node with pipes for output, from the root of the repository. */
export function startNode(...args: string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The first line that a process prints on standard output. */
export function firstLine({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) {
        resolve(text.slice(0, text.indexOf('\n')));
      }
    });
  });
}
