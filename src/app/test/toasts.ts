import { AppEvents, EventBusSrv } from '@grafana/data';
import { setAppEvents } from '@grafana/runtime';

/** What is said to be done in Grafana's corner for it, for each test anew. */
export function toastsForTests(): () => readonly string[] {
  let said: string[] = [];
  beforeEach(() => {
    said = [];
    const events = new EventBusSrv();
    events.on(AppEvents.alertSuccess, ([message = '']) => said.push(message));
    setAppEvents(events);
  });
  return () => said;
}
