import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = resolve(__dirname, '..');

/** A change of one file of the sidecar, made while it is bundled: `find` is there once, and `put` takes its place. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** Bundles the simulation with the sidecar that it runs, patched if need be. Rejects when a patch does not fit. */
export async function bundleSimulation(outfile: string, patches: readonly Patch[] = []): Promise<void> {
  const missing = new Set(patches);
  const patching: Plugin = {
    name: 'patches',
    setup(builder) {
      builder.onLoad({ filter: /src[\\/]sidecar[\\/].*\.ts$/ }, async ({ path }) => {
        const own = patches.filter(({ file }) => resolve(ROOT, file) === path);
        if (own.length === 0) {
          return undefined;
        }
        let contents = await readFile(path, 'utf8');
        for (const patch of own) {
          if (contents.split(patch.find).length !== 2) {
            throw new Error(`${patch.file} does not have once: ${patch.find}`);
          }
          contents = contents.replace(patch.find, () => patch.put);
          missing.delete(patch);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(ROOT, 'simulation/worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    packages: 'external',
    tsconfig: join(ROOT, 'src/sidecar/tsconfig.json'),
    logLevel: 'warning',
    plugins: [patching],
  });
  if (missing.size > 0) {
    throw new Error(`Not bundled: ${[...missing].map(({ file }) => file).join(', ')}`);
  }
}
