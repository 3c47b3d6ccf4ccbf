/**
 * `npm run package`: makes what is handed out, in packages/: the plugin with the sidecar as a ZIP for Grafana's plugins folder, the
 * sidecar alone as an npm package, and the checksums of both. Twice the same bytes, except for a signature. The plugin is signed when
 * GRAFANA_ACCESS_POLICY_TOKEN is set; arguments go to Grafana's sign-plugin: `npm run package -- --rootUrls https://grafana.example.com`.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSidecar, REQUIRED_NODE_MAJOR } from './lib/buildSidecar';
import { capture, run } from './lib/commands';
import { lastLines, ServiceError } from './lib/processes';
import { runScript } from './lib/script';
import { checksums, readFolder, refuseForeign, textFile, writeFolder, zip, type Files } from './package/archive';
import { billOfMaterials, licencesText, packageFolders, readPackages } from './package/bundled';
import { fillIn, npmManifest, readRelease, type Release } from './package/release';
import { modulesOf, stableSourceMap, type Stats } from './package/webpack';

const OUT_FOLDER = 'packages';
const CHECKSUMS = 'SHA256SUMS';
/** What the bundlers add of their own code. */
const BUNDLERS = { plugin: 'node_modules/webpack', sidecar: 'node_modules/esbuild' } as const;
/** What whoever runs the sidecar as a service needs. */
const SERVICE_FILES = ['flowscope.service', 'flowscope.env'];
const ERROR_LINES = 20;

runScript(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flowscope-package-'));
  try {
    await makePackages(folder);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function makePackages(folder: string): Promise<void> {
  const release = await readRelease('.');
  const { version } = release.manifest;
  process.stdout.write(`Packaging version ${version} of ${release.date.toISOString().slice(0, 10)}\n`);
  const sidecar = await builtSidecar(join(folder, 'sidecar'));
  const plugin = await builtPlugin(join(folder, 'plugin'));

  const id = release.plugin.id;
  const pluginFiles = await described(
    id,
    release,
    [...plugin.packages, ...sidecar.packages],
    [
      ...plugin.files,
      ...sidecar.files,
      ...(await readFolder('provisioning', 'provisioning/')),
      ['plugin.json', textFile(fillIn(Buffer.from(plugin.files.get('plugin.json')!.data).toString(), release))],
    ]
  );
  const npmFiles = await described(release.manifest.name, release, sidecar.packages, [
    ...sidecar.files,
    ['README.md', textFile(await readFile('scripts/package/README.md', 'utf8'))],
    ['package.json', textFile(npmManifest(release, REQUIRED_NODE_MAJOR))],
  ]);
  const machine = [resolve('.'), folder, `${homedir()}/`, process.env.GRAFANA_ACCESS_POLICY_TOKEN].filter(
    (text) => text
  );
  [pluginFiles, npmFiles].forEach((files) => refuseForeign(files, machine as string[]));

  await rm(OUT_FOLDER, { recursive: true, force: true });
  await mkdir(OUT_FOLDER, { recursive: true });
  const signed = await sign(join(folder, id), pluginFiles);
  await writeFile(join(OUT_FOLDER, `${id}-${version}.zip`), zip(id, signed, release.date));
  await packForNpm(join(folder, 'npm'), npmFiles);
  const sums = checksums(await readFolder(OUT_FOLDER));
  await writeFile(join(OUT_FOLDER, CHECKSUMS), sums);
  process.stdout.write(`\nIn ${OUT_FOLDER}/, with ${CHECKSUMS}:\n${sums}`);
}

/** What was built, and the folders of the packages in it. */
interface Built {
  readonly files: Files;
  readonly packages: readonly string[];
}

async function builtSidecar(folder: string): Promise<Built> {
  process.stdout.write('Building the sidecar\n');
  const bundled = await buildSidecar({ outFolder: folder });
  const files = await readFolder(folder, 'sidecar/');
  for (const name of SERVICE_FILES) {
    files.set(`sidecar/${name}`, textFile(await readFile(`scripts/package/${name}`, 'utf8')));
  }
  return { files, packages: [BUNDLERS.sidecar, ...packageFolders(bundled)] };
}

/** `env.release` of webpack: without its cache, and with the README for the plugin's page in Grafana. */
async function builtPlugin(folder: string): Promise<Built> {
  process.stdout.write('Building the plugin\n');
  const statsFile = `${folder}.json`;
  const args = ['-c', './webpack.config.ts', '--env', 'production', '--env', 'release'];
  const webpack = ['node_modules/webpack/bin/webpack.js', ...args, '--output-path', folder, `--json=${statsFile}`];
  const { code, output } = await capture(process.execPath, webpack);
  if (code !== 0) {
    throw new ServiceError(`The plugin could not be built:\n${lastLines(output, ERROR_LINES)}`);
  }
  const stats = JSON.parse(await readFile(statsFile, 'utf8')) as Stats;
  const files = await readFolder(folder);
  for (const [name, { data }] of files) {
    if (name.endsWith('.map')) {
      files.set(name, textFile(stableSourceMap(Buffer.from(data).toString(), name.slice(0, -'.map'.length))));
    }
  }
  return { files, packages: [BUNDLERS.plugin, ...packageFolders(modulesOf(stats))] };
}

/** The files of a package with what describes them: licences, bill of materials, checksums. */
async function described(
  name: string,
  release: Release,
  packageNames: readonly string[],
  entries: ReadonlyArray<[string, ReturnType<typeof textFile>]>
): Promise<Files> {
  const packages = await readPackages([...new Set(packageNames.map((path) => resolve(path)))]);
  const files: Files = new Map(entries);
  for (const path of ['LICENSE', 'CHANGELOG.md']) {
    files.set(path, textFile(await readFile(path, 'utf8')));
  }
  files.set('THIRD-PARTY-LICENSES.txt', textFile(licencesText(packages)));
  files.set('sbom.cdx.json', textFile(billOfMaterials(name, packages, release)));
  return files.set(CHECKSUMS, textFile(checksums(files)));
}

/** The files with Grafana's signature among them, if there is a token; else as they are. */
async function sign(folder: string, files: Files): Promise<Files> {
  if (!process.env.GRAFANA_ACCESS_POLICY_TOKEN) {
    process.stdout.write('Not signed: GRAFANA_ACCESS_POLICY_TOKEN is not set\n');
    return files;
  }
  await writeFolder(folder, files);
  const args = ['node_modules/@grafana/sign-plugin/dist/bin/run.js', '--distDir', folder, ...process.argv.slice(2)];
  if ((await run(process.execPath, args)) !== 0) {
    throw new ServiceError('The plugin could not be signed: see above');
  }
  return readFolder(folder);
}

/** Makes the npm package with npm, which gives all files one date of its own. */
async function packForNpm(folder: string, files: Files): Promise<void> {
  await writeFolder(folder, files);
  const { code, stdout, output } = await capture('npm', ['pack', '--json', '--ignore-scripts'], { cwd: folder });
  if (code !== 0) {
    throw new ServiceError(`npm pack failed:\n${lastLines(output, ERROR_LINES)}`);
  }
  const [{ filename }] = JSON.parse(stdout) as Array<{ filename: string }>;
  await copyFile(join(folder, filename), join(OUT_FOLDER, filename));
}
