import { Jobs } from './jobs';

const RESULT = { passed: true };
const jobs = () =>
  new Jobs(
    () => 7,
    (error) => `explained: ${(error as Error).message}`
  );

/** Work that ends when it is told to. */
function held() {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: () => ended.then(() => RESULT), end };
}

/** Lets everything go on that waits for nothing but its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('jobs', () => {
  it('are followed from their beginning to their end', async () => {
    const all = jobs();
    const { work, end } = held();
    const { id } = all.start('test', (add) => {
      add({ id: 'list', title: 'List', state: 'pass', message: 'yes' });
      return work();
    });
    expect(all.get(id)).toMatchObject({ kind: 'test', state: 'running', started: 7, progress: [{ id: 'list' }] });
    expect(all.runningOf('test')?.id).toBe(id);
    expect(all.runningOf('sync')).toBeUndefined();
    end();
    await turn();
    expect(all.get(id)).toMatchObject({ state: 'done', finished: 7, result: RESULT });
    expect(all.runningOf('test')).toBeUndefined();
  });

  it('that fail say why, and keep what they had found', async () => {
    const all = jobs();
    const { id } = all.start('preview', (add) => {
      add({ read: 1, of: 2 });
      return Promise.reject(new Error('gone'));
    });
    await turn();
    expect(all.get(id)).toMatchObject({ state: 'failed', error: 'explained: gone', progress: [{ read: 1, of: 2 }] });
  });

  it('run eight at a time', async () => {
    const all = jobs();
    const { work, end } = held();
    for (let i = 0; i < 8; i++) {
      all.start('test', work);
    }
    expect(() => all.start('test', work)).toThrow(expect.objectContaining({ status: 429, code: 'too-many' }) as Error);
    end();
    await turn();
    expect(all.start('test', work).state).toBe('running');
  });

  it('are forgotten a hundred later, but none that runs', async () => {
    const all = jobs();
    const { work, end } = held();
    const running = all.start('test', work);
    const first = all.start('test', () => Promise.resolve(RESULT));
    for (let i = 0; i < 110; i++) {
      await turn();
      all.start('test', () => Promise.resolve(RESULT));
    }
    expect(() => all.get(first.id)).toThrow('There is no such job');
    expect(all.get(running.id).state).toBe('running');
    end();
  });
});
