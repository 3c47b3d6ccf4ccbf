import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { firstLine, startNode, untilGone, writeScript } from './testing';

const dir = mkdtempSync(join(tmpdir(), 'flowscope-bootstrap-'));

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Runs a script through the bootstrap, which finds scripts by their names below `scripts`. */
function bootstrap(name: string, code: string, ...args: string[]) {
  const script = writeScript(dir, name, code).replace(/\.ts$/, '');
  return startNode('scripts/bootstrap.mjs', relative('scripts', script), ...args);
}

describe('bootstrap', () => {
  it('runs with nothing installed', () => {
    const imports = readFileSync('scripts/bootstrap.mjs', 'utf8').matchAll(/^import .* from '(.*)';$/gm);
    const modules = [...imports].map(([, name]) => name.replace(/^node:/, ''));
    expect(modules).not.toEqual([]);
    expect(modules.filter((name) => !builtinModules.includes(name))).toEqual([]);
  });

  it('hands over arguments, and ends with the exit code of the script', async () => {
    const child = bootstrap(
      'code',
      'console.log(process.argv[2]); process.exitCode = 7; process.disconnect();',
      'word'
    );
    const [line, [code]] = await Promise.all([firstLine(child), once(child, 'close')]);
    expect([line, code]).toEqual(['word', 7]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('passes on %s, after which the script stops its services', async (signal, exitCode) => {
    const { child, pids } = await withService(signal);
    const closed = once(child, 'close');
    child.kill(signal);
    expect(await closed).toEqual([exitCode, null]);
    await Promise.all(pids.map(untilGone));
  });

  it('leaves no process behind when it is killed', async () => {
    const { child, pids } = await withService('SIGKILL');
    child.kill('SIGKILL');
    await Promise.all(pids.map(untilGone));
  });

  /** The bootstrap, and the pids of a script that it runs and of a service that the script has started. */
  async function withService(name: string) {
    const service = { name: 'sleep', command: 'sleep', args: ['1000'], logFile: join(dir, `${name}.log`) };
    const child = bootstrap(
      name,
      `import { runScript } from ${JSON.stringify(join(process.cwd(), 'scripts/lib/script'))};
      runScript(() => {
        const { pid } = services.startService(${JSON.stringify(service)});
        console.log(JSON.stringify([process.pid, pid]));
        return new Promise(() => {});
      });`
    );
    const pids = JSON.parse(await firstLine(child)) as number[];
    return { child, pids };
  }
});
