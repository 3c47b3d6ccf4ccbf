/** Other packers than gzip, by the bytes that what they write begins with. */
const PACKERS = { zip: '504b0304', zstd: '28b52ffd', bzip2: '425a68', xz: 'fd377a58', LZ4: '04224d18' };

/** What packed bytes that begin like that, other than gzip; undefined when nothing that is known did. Each character is one byte. */
export function packerOf(head: string): string | undefined {
  const hex = Buffer.from(head.slice(0, 4), 'latin1').toString('hex');
  return Object.entries(PACKERS).find(([, magic]) => hex.startsWith(magic))?.[0];
}
