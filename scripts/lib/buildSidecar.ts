/** Bundles the sidecar, so that it needs no packages where it runs. */
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { build, type BuildOptions, type LogLevel, type Metafile, type Plugin } from 'esbuild';

const OUT_FOLDER = 'dist/sidecar';
/** The oldest Node that the sidecar runs on. */
export const REQUIRED_NODE_MAJOR = 24;
/** Packages that take longer to load than a small object takes to decode: each thread would load them, and each `import`. */
const NOT_IN_THREADS = /node_modules\/(zod|fastify|commander|@aws-sdk)\//;
const NOT_IN_IMPORT = /node_modules\/(zod|fastify|@aws-sdk)\//;
/** What `flowscope import` loads before it reads a file. */
const IMPORT_MODULE = 'src/sidecar/cli/import/importFiles.ts';

/** Of esbuild's modules that stand for Node's. */
const BUILTIN = 'builtin';

const BANNER = `#!/usr/bin/env node
import { createRequire } from 'node:module';
if (Number(process.versions.node.split('.')[0]) < ${REQUIRED_NODE_MAJOR}) {
  process.stderr.write('Flowscope needs Node ${REQUIRED_NODE_MAJOR} or newer; this is ' + process.version + '\\n');
  process.exit(1);
}
const require = createRequire(import.meta.url);`;

/**
 * Loads Node's built-in modules with require, in the order of the code. As import statements they would be linked before
 * the first line runs, and an older Node would fail on node:sqlite before the banner could say why.
 */
const builtinsAfterBanner: Plugin = {
  name: 'builtins-after-banner',
  setup(builder) {
    const names = builtinModules.map((name) => name.replace(/^node:/, '').replaceAll('/', '\\/')).join('|');
    const filter = new RegExp(`^(node:.+|(${names}))$`);

    // One per importing file: a shared one would become a chunk of its own, which takes longer to load than it saves.
    builder.onResolve({ filter }, ({ path, kind, namespace, importer }) =>
      kind === 'import-statement' && namespace !== BUILTIN
        ? { path, namespace: BUILTIN, suffix: `?${relative('.', importer)}` }
        : { path, external: true }
    );
    builder.onLoad({ filter: /.*/, namespace: BUILTIN }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Bundles the sidecar into a folder, which it replaces once all is built. flowscope.mjs is the command; what only some
 * commands need is in chunks that are loaded on demand. threads.cjs is what the threads run: a single CommonJS file, which
 * halves the time to load it, because each thread loads it again.
 *
 * Resolves to the files whose code is in the bundle. Rejects with esbuild's error, or if the threads or `flowscope import` would
 * load a large package. `logLevel`: of what esbuild prints itself.
 */
export async function buildSidecar({
  outFolder = OUT_FOLDER,
  logLevel = 'warning',
}: { readonly outFolder?: string; readonly logLevel?: LogLevel } = {}): Promise<string[]> {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const newFolder = `${outFolder}.new`;
  await rm(newFolder, { recursive: true, force: true });
  const shared: BuildOptions = {
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    tsconfig: 'src/sidecar/tsconfig.json',
    define: { 'process.env.FLOWSCOPE_VERSION': JSON.stringify(version) },
    legalComments: 'none',
    // Halves what is parsed at each start. Names are kept for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel,
  };
  const command = await build({
    ...shared,
    entryPoints: { flowscope: 'src/sidecar/main.ts' },
    outdir: newFolder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    splitting: true,
    format: 'esm',
    // Syntax that an old Node can parse, so that it reaches the version check.
    target: 'node18',
    banner: { js: BANNER },
    plugins: [builtinsAfterBanner],
    metafile: true,
  });
  const threads = await build({
    ...shared,
    entryPoints: ['src/sidecar/threads.ts'],
    outfile: join(newFolder, 'threads.cjs'),
    format: 'cjs',
    target: `node${REQUIRED_NODE_MAJOR}`,
    metafile: true,
  });
  refuse(NOT_IN_IMPORT, loadedWith(IMPORT_MODULE, command.metafile), IMPORT_MODULE);
  refuse(NOT_IN_THREADS, Object.keys(threads.metafile.inputs), 'threads.cjs');
  await chmod(join(newFolder, 'flowscope.mjs'), 0o755);
  // At the last moment: a running command may still load chunks from the old folder.
  await rm(outFolder, { recursive: true, force: true });
  await rename(resolve(newFolder), resolve(outFolder));
  return [command, threads].flatMap(({ metafile }) => bundledFiles(metafile));
}

/** The files of which something is left in the output. */
function bundledFiles({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0 && !path.startsWith(`${BUILTIN}:`))
  );
}

/** The files in the chunk of a module, and in all those that are loaded with it. */
function loadedWith(module: string, { outputs }: Metafile): string[] {
  const chunks = Object.keys(outputs).filter((path) => outputs[path].entryPoint === module);
  if (chunks.length === 0) {
    throw new Error(`${module} is in no chunk of its own.`);
  }
  // Grows while it is read.
  for (const chunk of chunks) {
    const loaded = outputs[chunk].imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
    chunks.push(...loaded.map(({ path }) => path).filter((path) => !chunks.includes(path)));
  }
  return chunks.flatMap((chunk) => Object.keys(outputs[chunk].inputs));
}

/** Throws when one of the files is of such a package. */
function refuse(packages: RegExp, files: readonly string[], what: string): void {
  const heavy = files.find((path) => packages.test(path));
  if (heavy !== undefined) {
    throw new Error(`${what} would load ${heavy}: import what pulls it in as a type, or from a module without it.`);
  }
}
