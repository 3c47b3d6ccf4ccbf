import { MessageChannel } from 'node:worker_threads';
import { once } from 'node:events';
import { fromErrorData, toErrorData, type ErrorData } from './threadErrors';

class DiskFull extends Error {
  override readonly name = 'DiskFull';
  readonly code = 'ENOSPC';
}

/** An error as it arrives in another thread. */
async function sent(error: unknown): Promise<ErrorData> {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(toErrorData(error));
    const [data] = (await once(port2, 'message')) as [ErrorData];
    return data;
  } finally {
    port1.close();
  }
}

describe('an error between threads', () => {
  it('keeps its name, message, stack, code and causes', async () => {
    const error = new DiskFull('no room', { cause: new RangeError('too long', { cause: 'a text' }) });
    const arrived = fromErrorData(await sent(error));
    expect(arrived).toMatchObject({ name: 'DiskFull', message: 'no room', stack: error.stack, code: 'ENOSPC' });
    expect(arrived.stack).toContain('threadErrors.test');
    expect(arrived.cause).toBeInstanceOf(Error);
    expect(arrived.cause).toMatchObject({ name: 'RangeError', stack: (error.cause as Error).stack });
    expect((arrived.cause as Error).cause).toMatchObject({ name: 'Error', message: 'a text' });
  });

  it('keeps what Node and SQLite add to it, and nothing that cannot be sent', async () => {
    const added = { code: 'ERR_SQLITE_ERROR', errcode: 787, field: 'name' };
    const error = Object.assign(new TypeError('no'), { ...added, socket: () => undefined });
    const arrived = fromErrorData(await sent(error));
    expect(arrived).toMatchObject({ ...added, name: 'TypeError' });
    expect(Object.keys(arrived).sort()).toEqual(Object.keys(added).sort());
  });

  it('becomes one of its class where the caller says so, with the stack that it had', async () => {
    const error = new DiskFull('no room');
    const data = await sent(error);
    const arrived = fromErrorData(data, new DiskFull(data.message));
    expect(arrived).toBeInstanceOf(DiskFull);
    expect(arrived.stack).toBe(error.stack);
  });

  it('is an error all the same where something else was thrown', async () => {
    expect(fromErrorData(await sent('so it is'))).toMatchObject({ name: 'Error', message: 'so it is' });
  });
});
