/** Writes a line of progress or advice to standard error; standard output is for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Writes a result to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
