import { AppEvents, EventBusSrv, type BusEventType, type BusEventWithPayload } from '@grafana/data';
import { setAppEvents } from '@grafana/runtime';

/** What is said in Grafana's corner for it, for each test anew: that something was done, or was not. */
export function toastsForTests(): () => readonly string[] {
  let said: string[] = [];
  beforeEach(() => {
    said = [];
    const events = new EventBusSrv();
    const hear = ({ name }: { name: string }, prefix = '') =>
      events
        .getStream({ type: name } as BusEventType<BusEventWithPayload<string[]>>)
        .subscribe(({ payload }) => said.push(prefix + payload.join(' | ')));
    hear(AppEvents.alertSuccess);
    hear(AppEvents.alertWarning, 'warning: ');
    setAppEvents(events);
  });
  return () => said;
}
