import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { check } from './check';
import { NoAnswer, Supervised } from './supervised';

const HEADER = 'interface-id start log-status';

function fuzz(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bench/fuzz.ts', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('fuzzing', () => {
  it('finds nothing in the inputs of a fixed seed', () => {
    const { status, stdout, stderr } = fuzz('--seed', '7', '--cases', '400');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Seed 7\n[^]*\ntext: collected \d+\n[^]*\n400 cases in .* none failed\n$/);
  });

  it('says what is wrong with an option', () => {
    const { status, stderr } = fuzz('--seed', 'x');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '--seed x: it must be a number.\n' });
  });

  it.each([
    ['hangs', 'for (;;);', 500, /no answer within 0.5 s: it hangs/],
    ['ends', 'process.exit(3)', 60_000, /the process ended with 3/],
    ['crashes', 'throw new Error("out of luck")', 60_000, /the process ended with 1: [^]*out of luck/],
  ])('sees a process that %s', async (_case, work, patienceMs, message) => {
    const worker = new Supervised(['-e', `process.on('message', () => { ${work} })`], patienceMs);
    const answer = worker.ask({ number: 1 });
    await expect(answer).rejects.toThrow(NoAnswer);
    await expect(answer).rejects.toThrow(message);
    await expect(worker.ask({ number: 2 })).rejects.toThrow(NoAnswer);
  });

  it.each([
    ['a whole object', true, 'collected'],
    ['a damaged object', false, 'corrupt'],
  ])('takes %s for what it is', async (_case, isWhole, expected) => {
    const whole = gzipSync(`${HEADER}\neni-1 1772539200 OK\n`);
    expect(await check({ kind: 'text', bytes: isWhole ? whole : whole.subarray(0, -1), isWhole })).toBe(expected);
  });

  it('sees a whole object that is called corrupt', async () => {
    const bytes = gzipSync(HEADER).subarray(0, -1);
    await expect(check({ kind: 'text', bytes, isWhole: true })).rejects.toThrow(
      'whole object is not called corrupt-gzip'
    );
  });
});
