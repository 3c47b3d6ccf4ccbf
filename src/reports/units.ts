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

/** `4,759,077`, to the unit. */
export function formatCount(count: bigint | number): string {
  return count.toLocaleString('en-US');
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
