import { GuardedInfluxClient } from './guardedClient';
import { InfluxError, type InfluxClient } from './influx';

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

  describe.each(['write', 'queryInto'] as const)('a %s', (method) => {
    /** Calls it; the store gives these answers one after the other. Returns the outcome, and what was done in turn. */
    async function call(answers: ReadonlyArray<Error | undefined>) {
      const done: string[] = [];
      let answered = 0;
      const client = {
        lastWrite: () => undefined,
        [method]: (...given: readonly string[]) => {
          done.push(given.join(' '));
          const error = answers[answered++];
          return error ? Promise.reject(error) : Promise.resolve();
        },
      } as unknown as InfluxClient;
      const guard = {
        ensureMayWrite: () => Promise.resolve(void done.push('asked')),
        recreateStore: () => Promise.resolve(void done.push('made again')),
      };
      const error: unknown = await new GuardedInfluxClient(client, guard)
        [method]('hour', 'text')
        .catch((failure: unknown) => failure);
      return { error, done };
    }
    const missing = () => new InfluxError('missing', 'database not found');

    it('that finds the database missing is repeated once it was made again', async () => {
      const { error, done } = await call([missing()]);
      expect(error).toBeUndefined();
      expect(done).toEqual(['asked', 'hour text', 'made again', 'hour text']);
    });

    it('that finds it missing once more fails as when InfluxDB is away, so that it is tried again', async () => {
      const again = missing();
      const { error, done } = await call([missing(), again]);
      expect(error).toMatchObject({ failure: 'unavailable', message: again.message, cause: again });
      expect(done).toEqual(['asked', 'hour text', 'made again', 'hour text']);
    });

    it.each([
      ['at first', [new InfluxError('refused', 'no')], ['asked', 'hour text']],
      [
        'when it is repeated',
        [missing(), new InfluxError('refused', 'no')],
        ['asked', 'hour text', 'made again', 'hour text'],
      ],
    ])('that is refused %s fails with that', async (_when, answers, expected) => {
      const { error, done } = await call(answers);
      expect(error).toBe(answers.at(-1));
      expect(done).toEqual(expected);
    });
  });
});
