import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';

/** Says, in Grafana's corner for it, that something was done; `more` stands below in small print. */
export function toastSuccess(message: string, more?: string): void {
  say(AppEvents.alertSuccess.name, message, more);
}

/** Says there what was not. */
export function toastWarning(message: string, more?: string): void {
  say(AppEvents.alertWarning.name, message, more);
}

function say(type: string, ...payload: Array<string | undefined>): void {
  getAppEvents().publish({ type, payload: payload.filter((text) => text !== undefined) });
}
