import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistryError } from './errors';
import { startRegistryThread, whileRegistryRuns, type Registry } from './registry';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flowscope-thread-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A registry whose thread runs this instead; `port`: the main thread. */
function registryOf(code: string): Registry {
  const script = join(folder, 'thread.cjs');
  writeFileSync(script, `const { parentPort: port } = require('node:worker_threads');\n${code}`);
  return startRegistryThread(script, folder);
}

const DEATHS: Array<[string, string, RegExp]> = [
  ['throws', `port.once('message', () => { throw new Error('disk I/O error'); });`, /\(disk I\/O error\)/],
  ['rejects', `port.once('message', async () => { throw new Error('disk I/O error'); });`, /\(disk I\/O error\)/],
  ['ends itself', `port.once('message', () => process.exit(7));`, /\(exit code 7\)/],
  ['ends for want of work', `port.once('message', () => undefined);`, /\(exit code 0\)/],
  ['cannot even begin', `throw new Error('database is locked');`, /\(database is locked\)/],
];

describe.each(DEATHS)('a thread of the registry that %s', (_case, code, reason) => {
  it('fails what was asked, and what is asked later, with the reason and what to do', async () => {
    const registry = registryOf(code);
    await expect(registry.listSources()).rejects.toThrow(reason);
    const { message } = await registry.died;
    expect(message).toMatch(/^The thread of the registry ended unexpectedly \(.*\)\. Nothing can be recorded .* Start/);
    await expect(registry.listSources()).rejects.toThrow(message);
  });

  it('ends work that would wait for ever', async () => {
    const registry = registryOf(code);
    void registry.listSources().catch(() => undefined);
    await expect(whileRegistryRuns(registry, new Promise(() => undefined))).rejects.toThrow(reason);
  });

  it('is closed without waiting', async () => {
    const registry = registryOf(code);
    void registry.listSources().catch(() => undefined);
    await registry.died;
    await registry.close();
    await registry.close();
  });
});

describe('a thread of the registry that is told to close', () => {
  it('did not die', async () => {
    const registry = registryOf(`port.on('message', (message) => message === 'close' && port.close());`);
    let died = false;
    void registry.died.then(() => (died = true));
    await Promise.all([registry.close(), registry.close()]);
    await expect(registry.listSources()).rejects.toThrow('The registry was closed.');
    expect(died).toBe(false);
  });
});

/** Runs the registry's own code in the thread, from its sources. */
const REAL = `
  const { workerData } = require('node:worker_threads');
  require(${JSON.stringify(require.resolve('tsx/cjs'))});
  require(${JSON.stringify(join(__dirname, 'registryThread.ts'))}).runRegistryThread(workerData, port);`;

describe('an error in the registry\u2019s thread', () => {
  let registry: Registry;
  beforeEach(() => (registry = registryOf(REAL)));
  afterEach(() => registry.close());

  it('that is meant for people arrives as what it was, with the place where it was thrown', async () => {
    const error = await registry.getSource('nothing').catch((thrown: unknown) => thrown as RegistryError);
    expect(error).toBeInstanceOf(RegistryError);
    expect(error).toMatchObject({ name: 'RegistryError', code: 'not-found', field: undefined });
    expect((error as Error).stack).toMatch(
      /^RegistryError: There is no source "nothing".*\n.*at getSource .*sources\.ts/
    );
  });

  it('that nobody expected arrives with its name, what SQLite says, and the place', async () => {
    const entry = { sourceId: 's', key: 'k', etag: '', size: 0, state: 'stored' as const, planId: 99 };
    const error = await registry.setLedgerEntry(entry, 1).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: 'Error', code: 'ERR_SQLITE_ERROR', errcode: 787 });
    expect((error as Error).stack).toMatch(/FOREIGN KEY constraint failed[^]*at setLedgerEntry .*ledger\.ts/);
    const wrong = await registry.findPlan(undefined!).catch((thrown: unknown) => thrown as Error);
    expect(wrong).toMatchObject({ name: 'TypeError' });
    expect((wrong as Error).stack).toMatch(/^TypeError[^]*at findPlan .*plans\.ts/);
  });
});
