import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';

/** Says, in Grafana's corner for it, that something was done. */
export function sayDone(message: string): void {
  getAppEvents().publish({ type: AppEvents.alertSuccess.name, payload: [message] });
}
