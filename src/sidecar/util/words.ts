/** `a, b and 7 more`: lists for a terminal are cut, `--json` has them whole. */
export function listed(items: readonly string[], most = 5): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${rest} more` : items.join(', ');
}

/**
 * Text out of somebody's bucket, where it must be one line: a key may have line breaks. What else a terminal would obey,
 * `output.ts` takes out of all that is written.
 */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
