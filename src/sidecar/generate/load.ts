/** How busy the company is at a moment: 0.35 at four in the morning to 1 at four in the afternoon (UTC), less at weekends. */
export function loadAt(unixSeconds: number): number {
  const hour = (unixSeconds % 86_400) / 3_600;
  const daily = 0.675 - 0.325 * Math.cos((2 * Math.PI * (hour - 4)) / 24);
  // 1 January 1970 was a Thursday.
  const day = (Math.floor(unixSeconds / 86_400) + 4) % 7;
  return day === 0 || day === 6 ? daily * 0.75 : daily;
}
