import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { outputOf } from '../src/sidecar/testing/output';
import { until } from '../src/sidecar/testing/until';
import { startNode, untilGone } from './testing';

/** All processes below a process. */
function descendants(pid: number): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    processes.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

let dev: ChildProcess | undefined;

afterEach(() => dev?.kill('SIGKILL'));

describe('npm run dev', () => {
  it('starts a local AWS, InfluxDB and the sidecar without touching dist, and stops all of it on Ctrl-C', async () => {
    const built = statSync('dist/sidecar/flowscope.mjs').mtimeMs;
    dev = startNode('scripts/bootstrap.mjs', 'dev', '--no-pages', '--minutes', '5');
    const closed = once(dev, 'close');
    const output = outputOf(dev);
    await until(() => dev!.exitCode !== null || output.all.includes('Ctrl-C stops everything'));
    expect(output.all).toMatch(/^sidecar +\| Started at /m);

    const [, url, token] = /Sidecar +(\S+), token (\w+)/.exec(output.all)!;
    const sources = await fetch(`${url}/v1/admin/sources`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await sources.json()).toMatchObject({ items: [{ name: 'demo', enabled: true }] });

    const pids = descendants(dev.pid!);
    // The script, moto, InfluxDB and the sidecar, and the shells that watch over them.
    expect(pids.length).toBeGreaterThanOrEqual(4);
    dev.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    await Promise.all(pids.map(untilGone));
    expect(statSync('dist/sidecar/flowscope.mjs').mtimeMs).toBe(built);
  }, 240_000);
});
