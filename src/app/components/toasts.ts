import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';

/** Shows a success toast; `more` is small print below the message. */
export function toastSuccess(message: string, more?: string): void {
  say(AppEvents.alertSuccess.name, message, more);
}

/** Shows a warning toast. */
export function toastWarning(message: string, more?: string): void {
  say(AppEvents.alertWarning.name, message, more);
}

function say(type: string, ...payload: Array<string | undefined>): void {
  getAppEvents().publish({ type, payload: payload.filter((text) => text !== undefined) });
}
