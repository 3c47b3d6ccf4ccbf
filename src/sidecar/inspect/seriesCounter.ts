const NEWLINE = 10;
const SPACE = 32;
const BACKSLASH = 92;
const COMMA = 44;

/** Counts the distinct series of encoded lines. */
export class SeriesCounter {
  private readonly series = new Set<string>();
  private readonly byMeasurement: Record<string, number> = {};

  /** Adds whole lines of line protocol, whatever their policy. */
  add(_policy: string, lines: Uint8Array): void {
    const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
    for (let start = 0; start < bytes.length;) {
      this.note(bytes.toString('utf8', start, endOf(bytes, start, SPACE)));
      const newline = bytes.indexOf(NEWLINE, start);
      start = newline < 0 ? bytes.length : newline + 1;
    }
  }

  counts() {
    return { total: this.series.size, byMeasurement: this.byMeasurement };
  }

  private note(key: string): void {
    if (key === '' || this.series.has(key)) {
      return;
    }
    this.series.add(key);
    const measurement = key.slice(0, endOf(Buffer.from(key), 0, COMMA));
    this.byMeasurement[measurement] = (this.byMeasurement[measurement] ?? 0) + 1;
  }
}

/** The position of the first unescaped character of that kind. */
function endOf(bytes: Buffer, from: number, character: number): number {
  let at = bytes.indexOf(character, from);
  while (at > 0 && bytes[at - 1] === BACKSLASH) {
    at = bytes.indexOf(character, at + 1);
  }
  return at < 0 ? bytes.length : at;
}
