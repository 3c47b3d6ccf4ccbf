import { Restarts } from './restarts';

/** Builds and starts that can be made to fail or to wait; `events`: what happened. */
function restartsForTest() {
  const events: string[] = [];
  const outcome = { build: () => Promise.resolve(), start: () => Promise.resolve() };
  let started = 0;
  const exits: Array<(how: string) => void> = [];
  const restarts = new Restarts({
    log: (line) => events.push(`log ${line}`),
    build: async () => {
      events.push('build');
      await outcome.build();
    },
    start: async () => {
      await outcome.start();
      const number = ++started;
      events.push(`start ${number}`);
      const exited = new Promise<string>((resolve) => exits.push(resolve));
      return {
        name: 'process',
        pid: number,
        exited,
        hasExited: () => false,
        stop: () => {
          events.push(`stop ${number}`);
          return Promise.resolve();
        },
      };
    },
  });
  return { restarts, events, outcome, exits };
}

describe('Restarts', () => {
  it('builds and starts again after a change, and stops the process of before only once the build is there', async () => {
    const { restarts, events } = restartsForTest();
    await restarts.restart();
    await restarts.restart();
    expect(events).toEqual(['build', 'start 1', 'build', 'stop 1', 'start 2']);
  });

  it('says that a build failed, leaves running what was built before, and builds again after the next change', async () => {
    const { restarts, events, outcome } = restartsForTest();
    await restarts.restart();
    outcome.build = () => Promise.reject(new Error('1 error\nfile.ts: expected }'));
    await restarts.restart();
    expect(events.slice(2)).toEqual([
      'build',
      'log The build failed; the last one goes on: 1 error',
      'log file.ts: expected }',
    ]);
    outcome.build = () => Promise.resolve();
    await restarts.restart();
    expect(events.slice(5)).toEqual(['build', 'stop 1', 'start 2']);
  });

  it('says that a process does not start or has ended, and tries again after the next change', async () => {
    const { restarts, events, outcome, exits } = restartsForTest();
    outcome.start = () => Promise.reject(new Error('no port'));
    await restarts.restart();
    outcome.start = () => Promise.resolve();
    await restarts.restart();
    exits[0]('exit code 1');
    await Promise.resolve();
    await restarts.restart();
    expect(events).toEqual([
      'build',
      'log It does not start: no port',
      'build',
      'start 1',
      'log It ended (exit code 1); it starts again after the next change',
      'build',
      'start 2',
    ]);
  });

  it('builds once more after changes during a build, and starts only the newest', async () => {
    const { restarts, events, outcome } = restartsForTest();
    const release = Promise.withResolvers<void>();
    outcome.build = () => release.promise;
    const work = [restarts.restart(), restarts.restart(), restarts.restart()];
    release.resolve();
    await Promise.all(work);
    expect(events).toEqual(['build', 'build', 'start 1']);
  });
});
