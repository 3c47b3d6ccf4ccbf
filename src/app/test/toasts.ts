import { AppEvents, EventBusSrv } from '@grafana/data';
import { setAppEvents } from '@grafana/runtime';

/** What is said in Grafana's corner for it, for each test anew: that something was done, or was not. */
export function toastsForTests(): () => readonly string[] {
  let said: string[] = [];
  beforeEach(() => {
    said = [];
    const events = new EventBusSrv();
    events.on(AppEvents.alertSuccess, (payload) => said.push(payload.join(' | ')));
    events.on(AppEvents.alertWarning, (payload) => said.push(`warning: ${payload.join(' | ')}`));
    setAppEvents(events);
  });
  return () => said;
}
