const NANOSECONDS = 1_000_000_000;

/** Escapes a tag key, tag value or field key for InfluxDB line protocol. Text must not hold line breaks. */
export function escapeTag(text: string): string {
  // A backslash before the separator would escape it, so a trailing one cannot be written at all.
  return text.replace(/\\+$/, '').replace(/[,= ]/g, '\\$&') || '-';
}

/** A string field value, quoted. */
export function quoteField(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;
}

/** Nanoseconds since the epoch, as text because they do not fit a double. `window`: Unix seconds. `offset`: nanoseconds. */
export function timestamp(window: number, offset: number): string {
  const seconds = window + Math.floor(offset / NANOSECONDS);
  return `${seconds}${String(offset % NANOSECONDS).padStart(9, '0')}`;
}

/** A point of `flow_quality`: number of records of a source by window and reason (`ok`: counted as traffic). */
export function qualityLine(sourceId: string, reason: string, records: number, window: number, offset: number): string {
  return `flow_quality,reason=${reason},source_id=${escapeTag(sourceId)} records=${records}i ${timestamp(window, offset)}`;
}

/** Copies a short text; returns where it ends. */
export function writeText(buffer: Buffer, at: number, text: Buffer): number {
  for (let i = 0; i < text.length; i++) {
    buffer[at + i] = text[i];
  }
  return at + text.length;
}
