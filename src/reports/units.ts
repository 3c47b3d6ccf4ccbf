const IEC = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const SI = ['b/s', 'kb/s', 'Mb/s', 'Gb/s', 'Tb/s', 'Pb/s'];

/** `13.9 GiB`, as Grafana's unit `bytes` shows it. */
export function formatBytes(bytes: bigint | number): string {
  return scaled(Number(bytes), 1024, IEC);
}

/** `2.8 Mb/s`, as Grafana's unit `bps` shows it. */
export function formatBitRate(bitsPerSecond: number): string {
  return scaled(bitsPerSecond, 1000, SI);
}

/** `4,759,077`: a whole number. By hand, as the first `toLocaleString` of a process takes 13 ms, a tenth of a short command. */
export function formatCount(count: bigint | number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 object`, `1,200 objects`; `many` where an s does not make it. */
export function formatCounted(count: bigint | number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${Number(count) === 1 ? one : many}`;
}

const SPANS: ReadonlyArray<readonly [below: number, unit: number, name: string]> = [
  [120, 1, 's'],
  [120 * 60, 60, 'min'],
  [48 * 3600, 3600, 'h'],
  [Infinity, 86_400, 'days'],
];

/** `90 s`, `12 min`, `5 h`, `3 days`: a span of seconds in one unit, as precise as people care for. */
export function formatSpan(seconds: number): string {
  const [, unit, name] = SPANS.find(([below]) => seconds < below)!;
  return `${Math.round(seconds / unit)} ${name}`;
}

/** `12 min ago`, `in 5 h`, `just now`: a time as people say it. `at`: Unix seconds; `now` likewise. */
export function formatAgo(at: number, now = Date.now() / 1000): string {
  const ago = Math.round(now - at);
  if (Math.abs(ago) < 10) {
    return 'just now';
  }
  return ago > 0 ? `${formatSpan(ago)} ago` : `in ${formatSpan(-ago)}`;
}

/** `25.9 %`, of a part from 0 to 1. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let index = 0;
  while (Math.abs(value) >= step && index < units.length - 1) {
    value /= step;
    index++;
  }
  const digits = index === 0 && Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[index]}`;
}
