import { GuardedInfluxClient } from './guardedClient';
import type { InfluxClient } from './influx';

describe('GuardedInfluxClient', () => {
  it('asks the guard after it has waited for other writes, not before', async () => {
    let finish = () => undefined as void;
    let other: Promise<void> | undefined = new Promise((resolve) => (finish = resolve));
    const done: string[] = [];
    const client = {
      lastWrite: () => other,
      write: (_policy: string, lines: string) => Promise.resolve(void done.push(lines)),
    } as unknown as InfluxClient;
    let asked = 0;
    const guard = {
      ensureMayWrite: () => {
        asked++;
        // While it was asked for the first time, somebody else began to write.
        other = asked === 1 ? Promise.resolve() : undefined;
        return Promise.resolve();
      },
      recreateStore: () => Promise.resolve(),
    };
    const write = new GuardedInfluxClient(client, guard).write('hour', 'm v=1i');
    expect([asked, done]).toEqual([0, []]);
    finish();
    await write;
    expect([asked, done]).toEqual([2, ['m v=1i']]);
  });

  it('writes nothing that the guard forbids while it waits for other writes', async () => {
    let finish = () => undefined as void;
    let other: Promise<void> | undefined = new Promise((resolve) => (finish = resolve));
    let isAllowed = true;
    let isWritten = false;
    const client = {
      lastWrite: () => other,
      queryInto: () => Promise.resolve(void (isWritten = true)),
    } as unknown as InfluxClient;
    const guard = {
      ensureMayWrite: () => (isAllowed ? Promise.resolve() : Promise.reject(new Error('lost'))),
      recreateStore: () => Promise.resolve(),
    };
    const outcome = new GuardedInfluxClient(client, guard).queryInto('hour', 'SELECT').catch((error: unknown) => error);
    isAllowed = false;
    other = undefined;
    finish();
    expect(await outcome).toMatchObject({ message: 'lost' });
    expect(isWritten).toBe(false);
  });
});
