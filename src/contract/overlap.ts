/** Where a source reads. `prefix` ends with a slash, as in the contract of sources. */
interface Place {
  readonly id?: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly endpoint?: string;
}

/** The other sources that read some of the same objects: in the same bucket, one prefix within the other. */
export function overlapping<T extends Place>(source: Place, all: readonly T[]): T[] {
  return all.filter(
    ({ id, bucket, prefix, endpoint }) =>
      id !== source.id &&
      bucket === source.bucket &&
      endpoint === source.endpoint &&
      (prefix.startsWith(source.prefix) || source.prefix.startsWith(prefix))
  );
}

/** Warning about overlapping sources, with what each reads. `sources`: at least one. */
export function overlapWarning(sources: ReadonlyArray<{ readonly name: string; readonly prefix: string }>): string {
  const all = sources.map(({ name, prefix }) => `${name} (${prefix ? `prefix ${prefix}` : 'the whole bucket'})`);
  const who = all.length === 1 ? `Source ${all[0]} is` : `Sources ${all.join(', ')} are`;
  return `${who} set to read this, too: each object is counted once`;
}
