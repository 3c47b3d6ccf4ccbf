/** Commands that end. Once we were told to end none is started any more: whoever waits for one ends with us. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isEnding, track } from './processes.mjs';

/**
 * Runs a command to its end and keeps what it printed.
 * @returns {Promise<{code: number, stdout: string, output: string}>} `output`: both streams; `code` 127 when there is
 *   no such command
 */
export function capture(command, args, { env = process.env, cwd } = {}) {
  return new Promise((resolve) => {
    if (isEnding()) {
      return;
    }
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: 127, stdout, output: output + error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, output }));
    track(child);
  });
}

/** Runs a command whose output goes where ours goes. @returns {Promise<number>} its exit code */
export function run(command, args, { env = process.env, cwd } = {}) {
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

/** The full path of a command, searched for in PATH and then in further folders; undefined when it is nowhere. */
export function which(name, folders = []) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...folders]) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) {
        return file;
      }
    } catch {
      // Not here.
    }
  }
  return undefined;
}
