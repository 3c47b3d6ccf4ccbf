/** `"name"`: a tag, field, measurement or policy. */
export function identifier(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** `'text'`: a literal. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
}

/** `/^text$/` for texts that must match exactly; the dialect is Go's, in which a slash ends the literal. */
export function exactly(texts: readonly string[]): string {
  const escaped = texts.map((text) => text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&'));
  return `/^(${escaped.join('|')})$/`;
}

/** The tag has one of the values. */
export function isOneOf(tag: string, values: readonly string[]): string {
  // Equality of one value is looked up in the index; a regular expression scans all values of the tag.
  return values.length === 1
    ? `${identifier(tag)} = ${literal(values[0])}`
    : `${identifier(tag)} =~ ${exactly(values)}`;
}

/** At least one of the conditions holds. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0] : `(${conditions.join(' OR ')})`;
}

export function list(names: readonly string[]): string {
  return names.map(identifier).join(', ');
}
