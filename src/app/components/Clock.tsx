import React from 'react';
import { dateTimeFormat } from '@grafana/data';

/** A time of today as a clock shows it, any other with its date; in the time zone of whoever looks. `at`: Unix seconds. */
export function Clock({ at }: { at: number }) {
  return <time dateTime={new Date(at * 1000).toISOString()}>{clockTime(at * 1000)}</time>;
}

function clockTime(ms: number): string {
  const day = (time: number) => dateTimeFormat(time, { format: 'YYYY-MM-DD' });
  return dateTimeFormat(ms, { format: day(ms) === day(Date.now()) ? 'HH:mm' : 'D MMM HH:mm' });
}
