import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REGION, World, type Deployment } from '../testing/world';
import { outputOf } from '../testing/output';
import { until } from '../testing/until';

const world = World.forTests();

/** A deployment whose data directory was mistyped. */
function mistyped(): { flowscope: Deployment; directory: string } {
  const flowscope = world.deployment();
  const directory = join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'mistyped');
  flowscope.env.FLOWSCOPE_DATA_DIR = directory;
  return { flowscope, directory };
}

describe('without a registry', () => {
  it.each([
    ['source', 'list'],
    ['source', 'list', '--json'],
    ['source', 'edit', 'a', '--prefix', 'x'],
    ['source', 'disable', 'a'],
    ['test', 'a'],
    ['exporter', 'list'],
    ['exporter', 'limit'],
    ['exporter', 'disable', '1/vpc-1'],
    ['quarantine', 'list'],
    ['quarantine', 'retry', '--all'],
    ['explain', 'x.log.gz'],
    ['account', 'list'],
  ])('flowscope %s %s says so, and makes none', async (...args) => {
    const { flowscope, directory } = mistyped();
    const { code, stdout, stderr } = await flowscope.run(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `flowscope: There is no registry in ${directory}, which FLOWSCOPE_DATA_DIR names. Set FLOWSCOPE_DATA_DIR to where ` +
        'it is; flowscope source add and flowscope serve make a new one.\n'
    );
    expect(existsSync(directory)).toBe(false);
  });

  it('a directory that holds something else is no registry', async () => {
    const flowscope = world.deployment();
    writeFileSync(join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'notes.txt'), 'x');
    expect((await flowscope.run('source', 'list')).stderr).toMatch(/There is no registry in/);
  });

  it.each([[], ['below', 'it']])('a file is no data directory, nor can one be in it: %j', async (...below) => {
    const flowscope = world.deployment();
    const file = join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'notes.txt');
    writeFileSync(file, 'x');
    const directory = join(file, ...below);
    flowscope.env.FLOWSCOPE_DATA_DIR = directory;
    const refused = {
      code: 1,
      stdout: '',
      stderr:
        `flowscope: There can be no registry in ${directory}, which FLOWSCOPE_DATA_DIR names: ${file} is no folder. ` +
        'Set FLOWSCOPE_DATA_DIR to one.\n',
    };
    expect(await flowscope.run('source', 'list')).toEqual(refused);
    expect(await flowscope.run('source', 'add', 'a', '--bucket', 'flow-logs', '--region', REGION)).toEqual(refused);
    expect(await flowscope.run('collect', '--once')).toEqual(refused);
    expect(await flowscope.run('import', file, '--dry-run')).toEqual(refused);
  });

  it('the default is said to be one', async () => {
    const flowscope = world.deployment({ FLOWSCOPE_DATA_DIR: undefined });
    const { code, stderr } = await flowscope.run('source', 'list');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/data, where it is kept when FLOWSCOPE_DATA_DIR is not set/),
    ]);
  });

  const file = () => {
    const path = join(world.folder, 'one.log.gz');
    const record = `1 eni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK`;
    writeFileSync(path, gzipSync(`account-id interface-id bytes packets start action log-status\n${record}\n`));
    return path;
  };
  it.each<[string, () => string[]]>([
    ['source add', () => ['source', 'add', 'a', '--bucket', 'flow-logs', '--region', REGION]],
    ['account add', () => ['account', 'add', 'a']],
    ['exporter limit', () => ['exporter', 'limit', '9']],
    ['collect', () => ['collect', '--once']],
    ['import', () => ['import', file()]],
    ['adopt', () => ['adopt']],
    ['awssync', () => ['awssync']],
  ])('flowscope %s makes one, and says so once', async (_name, args) => {
    const { flowscope, directory } = mistyped();
    const said = `Making a new registry in ${directory}, which FLOWSCOPE_DATA_DIR names.\n`;
    expect((await flowscope.run(...args())).stderr.split(said)).toHaveLength(2);
    expect(existsSync(join(directory, 'registry.sqlite'))).toBe(true);
    expect((await flowscope.run(...args())).stderr).not.toContain('Making a new registry');
  });

  it('flowscope serve makes one, and says so', async () => {
    const { flowscope, directory } = mistyped();
    const served = flowscope.start('serve');
    const output = outputOf(served);
    await until(() => output.stdout.includes('collecting'), served);
    const closed = new Promise((resolve) => served.once('close', resolve));
    served.kill('SIGTERM');
    expect(await closed).toBe(0);
    expect(output.stderr).toBe(`Making a new registry in ${directory}, which FLOWSCOPE_DATA_DIR names.\n`);
  });

  it('a dry run leaves none behind', async () => {
    const { flowscope, directory } = mistyped();
    const { code, stderr } = await flowscope.run('import', file(), '--dry-run');
    expect([code, existsSync(directory)]).toEqual([0, false]);
    expect(stderr).not.toContain('registry');
  });
});

/** What the system says to every user, root as well, as it says EACCES to others: in a loop of links nothing is found. */
describe('a data directory that cannot be used', () => {
  const place = () => {
    const flowscope = world.deployment();
    return { flowscope, directory: flowscope.env.FLOWSCOPE_DATA_DIR! };
  };
  const loop = (path: string) => symlinkSync(path, path);
  const said = (directory: string, reason: string) =>
    `flowscope: The data directory ${directory} cannot be used (${reason}): let this user read and write there, or set ` +
    'FLOWSCOPE_DATA_DIR to another folder.\n';
  const add = ['source', 'add', 'a', '--bucket', 'flow-logs', '--region', REGION];

  it('is not said to have no registry, nor filled', async () => {
    const { flowscope, directory } = place();
    const registry = join(directory, 'registry.sqlite');
    loop(registry);
    const stderr = said(directory, `ELOOP: too many symbolic links encountered, stat '${registry}'`);
    expect(await flowscope.run('source', 'list')).toEqual({ code: 1, stdout: '', stderr });
    expect((await flowscope.run('exporter', 'limit', '9')).stderr).toBe(stderr);
    expect((await flowscope.run('import', __filename, '--dry-run')).stderr).toBe(stderr);
    flowscope.env.FLOWSCOPE_DATA_DIR = join(registry, 'below');
    expect((await flowscope.run('source', 'list')).stderr).toMatch(/below cannot be used \(ELOOP: .*below'\): let/);
  });

  it('is named when the registry in it cannot be opened', async () => {
    const { flowscope, directory } = place();
    mkdirSync(join(directory, 'registry.sqlite'));
    const stderr = said(directory, 'unable to open database file');
    expect(await flowscope.run('source', 'list')).toEqual({ code: 1, stdout: '', stderr });
  });

  it('is named when it cannot be made, by the registry or for a key', async () => {
    // Nobody makes folders in there.
    const { flowscope } = place();
    flowscope.env.FLOWSCOPE_DATA_DIR = '/sys/flowscope';
    for (const args of [['exporter', 'limit', '9'], add]) {
      const { code, stderr } = await flowscope.run(...args);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(
          /directory \/sys\/flowscope cannot be used \(E\w+: .*mkdir '\/sys\/flowscope'\): let this/
        ),
      ]);
    }
  });

  it('is named when its key cannot be read', async () => {
    const { flowscope, directory } = place();
    const key = join(directory, 'secret.key');
    loop(key);
    flowscope.env.FLOWSCOPE_SECRET_ACCESS_KEY = 'a-secret';
    const { code, stderr } = await flowscope.run(...add, '--access-key-id', 'AKIATEST');
    const reason = `ELOOP: too many symbolic links encountered, stat '${key}'`;
    expect([code, stderr]).toEqual([1, expect.stringContaining(said(directory, reason))]);
  });
});
