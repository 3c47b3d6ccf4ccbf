/**
 * What a release says of itself, each in one place: name, version, licence and author in package.json, the date in CHANGELOG.md,
 * and what people look for (keywords, logos, screenshots, links) in src/plugin.json.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture } from '../lib/commands';
import { ServiceError } from '../lib/processes';

/** The part of package.json that is read here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
}

/** The part of plugin.json that is read here. */
export interface PluginManifest {
  readonly id: string;
  readonly info: {
    readonly keywords: readonly string[];
    readonly logos: Readonly<Record<'small' | 'large', string>>;
    readonly screenshots: ReadonlyArray<{ readonly name: string; readonly path: string }>;
    readonly links: ReadonlyArray<{ readonly name: string; readonly url: string }>;
  };
  readonly backend?: boolean;
  readonly executable?: string;
}

/** `date`: when it was released; all files of the packages carry it. */
export interface Release {
  readonly manifest: Manifest;
  readonly plugin: PluginManifest;
  readonly date: Date;
}

/**
 * Reads it from a checkout. The date is that of the version in CHANGELOG.md; of a version that is not released yet that of
 * the newest commit, unless SOURCE_DATE_EPOCH (Unix seconds) names one. Throws a {@link ServiceError} if there is no date, or
 * if CHANGELOG.md does not know the version.
 */
export async function readRelease(root: string, env: NodeJS.ProcessEnv = process.env): Promise<Release> {
  const read = (path: string) => readFile(join(root, path), 'utf8');
  const manifest = JSON.parse(await read('package.json')) as Manifest;
  const plugin = JSON.parse(await read('src/plugin.json')) as PluginManifest;
  const inChangelog = releasedOn(await read('CHANGELOG.md'), manifest.version);
  const date = inChangelog ?? givenDate(env.SOURCE_DATE_EPOCH) ?? (await dateOfCommit(root));
  return { manifest, plugin, date };
}

/**
 * When CHANGELOG.md says that a version was released (00:00 UTC); undefined while it is what [Unreleased] will be. Throws a
 * {@link ServiceError} if it is neither.
 */
export function releasedOn(changelog: string, version: string): Date | undefined {
  const escaped = version.replaceAll('.', '\\.');
  const [, day] = new RegExp(`^## \\[${escaped}\\] - (\\d{4}-\\d{2}-\\d{2})$`, 'm').exec(changelog) ?? [];
  if (day !== undefined) {
    return new Date(`${day}T00:00:00Z`);
  }
  if (!new RegExp(`^## \\[Unreleased\\]\\s+What will be version ${escaped}\\b`, 'm').test(changelog)) {
    throw new ServiceError(
      `CHANGELOG.md does not know version ${version} of package.json: give it the heading "## [${version}] - YYYY-MM-DD", ` +
        `or begin [Unreleased] with "What will be version ${version}"`
    );
  }
  return undefined;
}

function givenDate(seconds: string | undefined): Date | undefined {
  if (seconds === undefined) {
    return undefined;
  }
  if (!/^\d{1,11}$/.test(seconds)) {
    throw new ServiceError(
      `SOURCE_DATE_EPOCH is ${JSON.stringify(seconds)}: it takes Unix seconds, such as 1764547200`
    );
  }
  return new Date(Number(seconds) * 1000);
}

async function dateOfCommit(root: string): Promise<Date> {
  const { code, stdout } = await capture('git', ['log', '-1', '--format=%ct'], { cwd: root });
  const date = code === 0 ? givenDate(stdout.trim()) : undefined;
  if (date === undefined) {
    throw new ServiceError(
      'This version has no date: CHANGELOG.md names none, and git knows no commit here. Set SOURCE_DATE_EPOCH to Unix seconds'
    );
  }
  return date;
}

/** plugin.json with its placeholders filled in. Throws a {@link ServiceError} when it declares a program that Grafana would start. */
export function fillIn(pluginJson: string, { manifest, plugin, date }: Release): string {
  if (plugin.backend !== undefined || plugin.executable !== undefined) {
    throw new ServiceError(
      'src/plugin.json declares "backend" or "executable": Grafana would start a program that there is none of. Remove it'
    );
  }
  return pluginJson
    .replaceAll('%VERSION%', manifest.version)
    .replaceAll('%TODAY%', date.toISOString().slice(0, 10))
    .replaceAll('%PLUGIN_ID%', plugin.id);
}

/** The package.json of the npm package, which holds the sidecar alone and depends on nothing. */
export function npmManifest({ manifest, plugin }: Release, nodeMajor: number): string {
  const { name, version, description, license, author } = manifest;
  return `${JSON.stringify(
    {
      ...{ name, version, description, license, author },
      keywords: plugin.info.keywords,
      bin: { flowscope: 'sidecar/flowscope.mjs' },
      engines: { node: `>=${nodeMajor}` },
    },
    null,
    2
  )}\n`;
}
