const NAME_WIDTH = 8;

/** Prints lines into the log that all processes share, with the name of the process in front. */
export function logOf(name: string): (line: string) => void {
  return (line) => process.stdout.write(`${name.padEnd(NAME_WIDTH)}| ${line}\n`);
}
