import type { ChildProcess } from 'node:child_process';

/** What a process has printed so far. `all`: both streams, in the order of arrival. */
export interface Output {
  stdout: string;
  stderr: string;
  all: string;
}

/** Gathers what a process prints, while it runs. */
export function outputOf(child: ChildProcess): Output {
  const output: Output = { stdout: '', stderr: '', all: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk;
      output.all += chunk;
    });
  }
  return output;
}
