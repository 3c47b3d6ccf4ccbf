/**
 * Bundles the sidecar into dist/sidecar: flowscope.mjs is the command; what only some commands need lies in chunks beside it
 * and is loaded when it is needed. threads.cjs is what its threads run: one file and no ES module, as each thread loads it
 * anew, in half the time.
 */
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT_FOLDER = 'dist/sidecar';
const NEEDED_NODE_MAJOR = 24;
/** What is in no thread: to parse it anew in each takes longer than to decode a small object. */
const NOT_IN_THREADS = /node_modules\/(zod|fastify|commander|@aws-sdk)\//;

const BANNER = `#!/usr/bin/env node
import { createRequire } from 'node:module';
if (Number(process.versions.node.split('.')[0]) < ${NEEDED_NODE_MAJOR}) {
  process.stderr.write('Flowscope needs Node ${NEEDED_NODE_MAJOR} or newer; this is ' + process.version + '\\n');
  process.exit(1);
}
const require = createRequire(import.meta.url);`;

/**
 * Loads Node's built-in modules by require, in the order of the code. As import statements they would be linked
 * before the first line runs, and an older Node would fail on node:sqlite before the banner could say why.
 */
const builtinsAfterBanner = {
  name: 'builtins-after-banner',
  setup(builder) {
    const names = builtinModules.map((name) => name.replace(/^node:/, '').replaceAll('/', '\\/')).join('|');
    const filter = new RegExp(`^(node:.+|(${names}))$`);

    // One for each file that imports it: a shared one would be a chunk of its own, which costs more to load than it holds.
    builder.onResolve({ filter }, ({ path, kind, namespace, importer }) =>
      kind === 'import-statement' && namespace !== 'builtin'
        ? { path, namespace: 'builtin', suffix: `?${importer}` }
        : { path, external: true }
    );
    builder.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

// Beside the old one, which a running command may still load from.
const NEW_FOLDER = `${OUT_FOLDER}.new`;
const urlOf = (path) => new URL(`../${path}`, import.meta.url);
await rm(urlOf(NEW_FOLDER), { recursive: true, force: true });
const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  mainFields: ['module', 'main'],
  tsconfig: 'src/sidecar/tsconfig.json',
  define: { 'process.env.FLOWSCOPE_VERSION': JSON.stringify(version) },
  legalComments: 'none',
  // Half the size to parse at each start; names stay, for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
};
await build({
  ...SHARED,
  entryPoints: { flowscope: 'src/sidecar/main.ts' },
  outdir: NEW_FOLDER,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunk-[hash]',
  splitting: true,
  format: 'esm',
  // The syntax of an old Node, so that it can parse the file and reach the version check.
  target: 'node18',
  banner: { js: BANNER },
  plugins: [builtinsAfterBanner],
});
const threads = await build({
  ...SHARED,
  entryPoints: ['src/sidecar/threads.ts'],
  outfile: `${NEW_FOLDER}/threads.cjs`,
  format: 'cjs',
  target: `node${NEEDED_NODE_MAJOR}`,
  metafile: true,
});
const heavy = Object.keys(threads.metafile.inputs).find((path) => NOT_IN_THREADS.test(path));
if (heavy) {
  throw new Error(`threads.cjs would hold ${heavy}: import what pulls it in as a type, or from a module without it.`);
}
await chmod(urlOf(`${NEW_FOLDER}/flowscope.mjs`), 0o755);
await rm(urlOf(OUT_FOLDER), { recursive: true, force: true });
await rename(urlOf(NEW_FOLDER), urlOf(OUT_FOLDER));
console.log(`Built the sidecar into ${OUT_FOLDER}.`);
