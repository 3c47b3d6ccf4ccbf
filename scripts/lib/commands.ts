/** Commands that end by themselves. Once we are ending, none is started any more: whoever waits for one ends with us. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isEnding, track } from './processes';

/** `env`: the whole environment, ours by default. */
export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** How a command ended. `output`: standard output and error; `code`: 127 if there is no such command. */
export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly output: string;
}

/** Runs a command to its end and keeps what it printed. */
export function capture(
  command: string,
  args: readonly string[],
  { env = process.env, cwd }: CommandOptions = {}
): Promise<Captured> {
  return new Promise((resolve) => {
    if (isEnding()) {
      return;
    }
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.once('error', (error) => resolve({ code: 127, stdout, output: output + error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, output }));
    track(child);
  });
}

/** Runs a command whose output goes where ours goes; resolves to its exit code, 127 if there is no such command. */
export function run(
  command: string,
  args: readonly string[],
  { env = process.env, cwd }: CommandOptions = {}
): Promise<number> {
  return new Promise((resolve) => {
    if (isEnding()) {
      return;
    }
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
    track(child);
  });
}

/** The full path of a command, searched in PATH and then in more folders; undefined if it is in none. */
export function which(name: string, folders: readonly string[] = []): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), ...folders]
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
