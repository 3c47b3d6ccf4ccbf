/** Text for a terminal, in lines, without what else it would obey: names and messages come out of buckets, files and EC2. */
const harmless = (text: string) => text.replace(/[^\P{Cc}\n]/gu, '\ufffd');

/** Writes a line of progress, advice or failure to standard error; standard output is for results. */
export function say(line: string): void {
  process.stderr.write(`${harmless(line)}\n`);
}

/** Writes a result to standard output. */
export function print(text: string): void {
  process.stdout.write(`${harmless(text)}\n`);
}

/** Writes a result as JSON to standard output: what a terminal would obey is escaped in it, and nothing lost. */
export function printJson(value: unknown): void {
  const json = JSON.stringify(value, undefined, 2);
  print(json.replace(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`));
}

/** Writes CSV, whose lines end with CR and LF, to standard output, without what else a terminal would obey. */
export function printCsv(csv: string): void {
  process.stdout.write(csv.replace(/\r(?!\n)|[^\P{Cc}\r\n]/gu, '\ufffd'));
}
