import { VARIABLES } from '../../src/sidecar/service/environment';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { capture, which } from '../lib/commands';
import { checksums, readFolder, refuseForeign, textFile, writeFolder, zip, type Files } from './archive';
import { billOfMaterials, licencesText, packageFolders, readPackages } from './bundled';
import { fillIn, npmManifest, readRelease, releasedOn } from './release';
import { modulesOf, stableSourceMap } from './webpack';

const DATE = new Date('2026-11-30T23:59:58Z');
const EPOCH = { SOURCE_DATE_EPOCH: String(DATE.getTime() / 1000) };
const dir = mkdtempSync(join(tmpdir(), 'flowscope-package-test-'));
const read = (path: string) => readFileSync(path, 'utf8');
const of = (name: string, text: string): Files => new Map([[name, textFile(text)]]);

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the archive', () => {
  const files: Files = new Map([
    ['sidecar/command.mjs', { data: Buffer.from('#!/usr/bin/env node\n'), isExecutable: true }],
    ['README.md', textFile('# Ünïcode\n')],
  ]);

  it('has the same bytes in any order, from any folder and in any time zone', async () => {
    const bytes = Buffer.from(zip('plugin', files, DATE));
    for (const [folder, zone] of [
      ['first', 'Asia/Tokyo'],
      ['second', 'America/New_York'],
    ]) {
      await writeFolder(join(dir, folder), new Map([...files].reverse()));
      const former = process.env.TZ;
      process.env.TZ = zone;
      try {
        expect(bytes.equals(zip('plugin', await readFolder(join(dir, folder)), DATE))).toBe(true);
      } finally {
        process.env.TZ = former;
      }
    }
  });

  it('unpacks to the same files, of that date, and what is a command can be started', async () => {
    const bytes = zip('plugin', files, DATE);
    const unpacked = unzipSync(bytes);
    expect(Object.keys(unpacked)).toEqual(['plugin/README.md', 'plugin/sidecar/command.mjs']);
    expect(Buffer.from(unpacked['plugin/README.md']).toString()).toBe('# Ünïcode\n');
    writeFileSync(join(dir, 'plugin.zip'), bytes);
    const { stdout } = await capture('python3', [
      '-c',
      'import sys, zipfile\nfor i in zipfile.ZipFile(sys.argv[1]).infolist(): print(oct(i.external_attr >> 16), i.date_time)',
      join(dir, 'plugin.zip'),
    ]);
    expect(stdout).toBe('0o100644 (2026, 11, 30, 23, 59, 58)\n0o100755 (2026, 11, 30, 23, 59, 58)\n');
  });

  it('has checksums that sha256sum takes', () => {
    expect(checksums(of('b', 'abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n');
  });

  it.each([
    ['a test', 'sidecar/main.test.js', ''],
    ['a double of tests', 'sidecar/testing/moto.js', ''],
    ['settings of a shell', '.env', ''],
    ['the source of a test', 'module.js.map', '{"sources":["webpack://app/./app/App.test.tsx"]}'],
    ['an access key', 'module.js', 'key = "AKIA2E0A8F3B244C9986"'],
    ['a private key', 'key.txt', '-----BEGIN RSA PRIVATE KEY-----'],
    ['a path of this machine', 'module.js', 'at /home/builder/flowscope/src/a.ts'],
  ])('does not take %s', (_, name, text) => {
    expect(() => refuseForeign(of(name, text), ['/home/builder/flowscope'])).toThrow(`${name} must not be shipped`);
  });

  it.each([
    ['sidecar/flowscope.env', 'FLOWSCOPE_INFLUX_URL=http://127.0.0.1:8086'],
    ['module.js', 'AKIAIOSFODNN7EXAMPLE'],
    ['module.js.map', '{"sources":["webpack://app/./app/App.tsx"]}'],
  ])('takes %s', (name, text) => {
    expect(() => refuseForeign(of(name, text), ['/home/builder/flowscope'])).not.toThrow();
  });
});

describe('the release', () => {
  it('is known to CHANGELOG.md, and all say the same of it', async () => {
    const release = await readRelease('.', EPOCH);
    const plugin = JSON.parse(fillIn(read('src/plugin.json'), release)) as {
      id: string;
      info: Record<string, unknown>;
    };
    expect(JSON.stringify(plugin)).not.toMatch(/%[A-Z_]+%/);
    const npm = JSON.parse(npmManifest(release, 24)) as Record<string, unknown>;
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect([plugin.info.version, npm.version]).toEqual([version, version]);
    expect(plugin.info.updated).toBe(release.date.toISOString().slice(0, 10));
    expect(npm.keywords).toEqual(plugin.info.keywords);
    expect(npm).toMatchObject({
      name: 'flowscope',
      bin: { flowscope: 'sidecar/flowscope.mjs' },
      engines: { node: '>=24' },
    });
    expect(npm).not.toHaveProperty('dependencies');
  });

  it('has pictures that are there, and links', async () => {
    const { logos, screenshots, links, keywords } = (await readRelease('.', EPOCH)).plugin.info;
    const missing = [
      ...Object.values(logos).map((path) => `src/${path}`),
      ...screenshots.map(({ path }) => `docs/${path}`),
    ];
    expect(missing.filter((path) => !existsSync(path))).toEqual([]);
    expect(links.filter(({ url }) => !/^https:\/\//.test(url))).toEqual([]);
    expect([screenshots.length, links.length, keywords.length].every((count) => count > 0)).toBe(true);
  });

  it('declares no program that Grafana would start', async () => {
    const release = await readRelease('.', EPOCH);
    expect(release.plugin).not.toHaveProperty('backend');
    expect(release.plugin).not.toHaveProperty('executable');
    const backend = { ...release, plugin: { ...release.plugin, backend: true } };
    expect(() => fillIn('{}', backend)).toThrow('declares "backend"');
  });

  it('has the date of its heading in CHANGELOG.md', () => {
    expect(releasedOn('## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n', '1.2.0')).toEqual(
      new Date('2026-12-01T00:00:00Z')
    );
    expect(releasedOn('## [Unreleased]\n\nWhat will be version 1.2.0, soon.\n', '1.2.0')).toBeUndefined();
    expect(() => releasedOn('## [Unreleased]\n\n## [1.1.0] - 2026-11-01\n', '1.2.0')).toThrow(
      'does not know version 1.2.0'
    );
  });

  it('takes no date that is none', async () => {
    await expect(readRelease('.', { SOURCE_DATE_EPOCH: 'today' })).rejects.toThrow('SOURCE_DATE_EPOCH is "today"');
  });
});

describe('what is bundled', () => {
  const release = {
    manifest: { name: 'x', version: '1.0.0', description: 'd', license: 'MIT', author: 'a' },
    date: DATE,
  };

  it('is told by the paths of files', () => {
    const files = [
      'src/a.ts',
      'node_modules/zod/v4/index.js',
      'node_modules/@smithy/core/a.js',
      'node_modules/a/node_modules/b/c.js',
      'node_modules/zod/other.js',
      'node_modules/made-up.js',
    ];
    expect(packageFolders(files)).toEqual([
      'node_modules/@smithy/core',
      'node_modules/a/node_modules/b',
      'node_modules/zod',
    ]);
  });

  it('is told by the modules of webpack, joined ones too, without those in no chunk', () => {
    const modules = [
      { nameForCondition: 'a', modules: [{ nameForCondition: 'b' }] },
      { nameForCondition: 'c', orphan: true },
    ];
    expect(modulesOf({ modules })).toEqual(['a', 'b']);
  });

  it('has its licences and bill of materials, with the same bytes each time', async () => {
    const packages = await readPackages(['node_modules/zod', 'node_modules/@smithy/core']);
    expect(packages.map(({ name }) => name)).toEqual(['@smithy/core', 'zod']);
    const text = licencesText(packages);
    expect(text).toMatch(/^zod \d+\.\d+\.\d+ \(MIT\)\n-+\n\nMIT License\n\nCopyright/m);
    expect(text).toMatch(/Apache License\n\s+Version 2\.0/);
    const again = await readPackages(['node_modules/@smithy/core', 'node_modules/zod']);
    const bom = billOfMaterials('flowscope', packages, release);
    expect(billOfMaterials('flowscope', again, release)).toBe(bom);
    expect(JSON.parse(bom)).toMatchObject({
      specVersion: '1.6',
      metadata: { timestamp: DATE.toISOString(), component: { name: 'flowscope', version: '1.0.0' } },
      components: packages.map(({ name, version }) => ({ purl: `pkg:npm/${name.replace('@', '%40')}@${version}` })),
    });
  });

  it.each([
    ['GPL-3.0-only', false],
    ['(MIT OR GPL-3.0-only)', true],
    ['(MIT AND GPL-3.0-only)', false],
    ['SEE LICENSE IN file', false],
    [undefined, false],
  ])('may be under %s: %s', async (license, isAllowed) => {
    const folder = mkdtempSync(join(dir, 'licensed-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'some-package', version: '1.0.0', license }));
    const outcome = await readPackages([folder]).then(
      () => true,
      (error: Error) => error.message
    );
    expect(outcome).toEqual(isAllowed ? true : expect.stringContaining('some-package 1.0.0'));
  });

  it('has source maps without hashes of webpack', () => {
    const map = {
      file: 'a.js?_cache=1',
      sources: ['webpack://app/./a.ts', 'webpack://app/webpack/runtime/x'],
      mappings: '',
    };
    expect(JSON.parse(stableSourceMap(JSON.stringify({ ...map, sourcesContent: ['a', 'hash 1'] }), 'a.js'))).toEqual({
      ...map,
      file: 'a.js',
      sourcesContent: ['a', null],
    });
  });
});

describe('the service of systemd', () => {
  const unit = read('scripts/package/flowscope.service');

  it('has a user and a state directory of its own, and is shut in', () => {
    expect(unit).toMatch(/^User=flowscope$/m);
    expect(unit).toMatch(/^StateDirectory=flowscope$/m);
    expect(unit).toMatch(/^Environment=FLOWSCOPE_DATA_DIR=\/var\/lib\/flowscope /m);
    expect(unit).toMatch(/^EnvironmentFile=\/etc\/flowscope\/flowscope\.env$/m);
    expect(unit).toMatch(/^ExecStart=flowscope serve$/m);
  });

  it('is what systemd takes, if it is there', async () => {
    if (which('systemd-analyze') === undefined) {
      return;
    }
    mkdirSync(join(dir, 'units'));
    const file = join(dir, 'units', 'flowscope.service');
    // The command is not installed here.
    writeFileSync(file, unit.replace('ExecStart=flowscope', `ExecStart=${process.execPath}`));
    const { code, output } = await capture('systemd-analyze', ['verify', '--man=no', file]);
    expect([code, output.includes('Unknown')]).toEqual([0, false]);
  });

  it('has settings that the sidecar knows', async () => {
    const named = read('scripts/package/flowscope.env').match(/^#?FLOWSCOPE_[A-Z_]+(?==)/gm) ?? [];
    const known = new Set(VARIABLES.flatMap((variable) => variable.names));
    const names = named.map((name) => name.replace(/^#/, '').replace(/_FILE$/, ''));
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});
