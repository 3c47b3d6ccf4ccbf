import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';

import { copyFilePatterns } from './.config/bundler/copyFiles.ts';
import { getPluginJson } from './.config/bundler/utils.ts';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

/** What webpack must leave in dist: the sidecar's bundle, and the README that git keeps there. */
const KEPT_IN_DIST = /^(sidecar\/|README\.md$)/;

const screenshots: string[] = getPluginJson().info.screenshots.map(({ path }: { path: string }) => path);

/**
 * Create-plugin's copy rules without two of their effects: the JSON of the sidecar and the generators would be
 * shipped, and dist/README.md would be overwritten. A release build (`--env release`) ships src/README.md instead. Screenshots are
 * the pictures of docs/img; the runbooks that alerts link to are shipped, too.
 */
function copyPatterns(env: Env) {
  const patterns = copyFilePatterns
    .filter(({ to, from }) => env.release || !(to === '.' && from.endsWith('README.md')))
    .map((pattern) =>
      pattern.from === '**/*.json'
        ? {
            ...pattern,
            noErrorOnMissing: true,
            globOptions: { ignore: ['**/{sidecar,dashboards,reports,contract}/**'] },
          }
        : pattern
    );
  return [
    ...patterns.map((pattern) =>
      screenshots.includes(pattern.from) ? { ...pattern, from: `../docs/${pattern.from}` } : pattern
    ),
    { from: '../docs/alerts.md', to: 'docs/' },
  ];
}

const config = async (env: Env): Promise<Configuration> => {
  const base = await grafanaConfig(env);

  return merge(
    {
      ...base,
      // What is handed out is made from the sources alone.
      cache: env.release ? false : base.cache,
      plugins: base.plugins?.map((plugin) =>
        plugin instanceof CopyWebpackPlugin ? new CopyWebpackPlugin({ patterns: copyPatterns(env) }) : plugin
      ),
    },
    {
      output: { clean: { keep: KEPT_IN_DIST } },
      // Not numbers: a chunk that happens to be number 0 is left without its integrity hash, and browsers complain.
      optimization: { chunkIds: 'named' },
    }
  );
};

export default config;
