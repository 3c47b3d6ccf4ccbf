import { clock } from './clock';

/** The time now, in Unix seconds. */
export function now(): number {
  return Math.floor(clock.wall() / 1000);
}

/** `2026-11-24T05:44:01Z`, from whole Unix seconds. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** `2026-11-24 05:44`, in UTC; from Unix seconds. */
export function formatTime(seconds: number): string {
  return formatSecond(seconds).slice(0, 16);
}

/** `2026-11-24 05:44:01`, in UTC; from Unix seconds. */
export function formatSecond(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
