/**
 * A short hash of a value, independent of the order of its keys; to tell versions apart, not for security. Two rounds of
 * 32-bit FNV-1a; the browser's own digests are missing where Grafana is served without TLS.
 */
export function hashOf(value: unknown): string {
  const text = JSON.stringify(sorted(value));
  return [0x811c9dc5, 0x01000193].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');
}

/** Looked up once: in a test's window each look-up of a global is slow. */
const { imul } = Math;

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    hash = imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, inner]) => [name, sorted(inner)])
    );
  }
  return value;
}
