/**
 * The rules of Grafana's plugin catalog that can be checked without its validator, which needs the network: one test each. Source: the
 * analyzers of github.com/grafana/plugin-validator, by their names there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'glob';

const ROOT = resolve(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const plugin = JSON.parse(read('src/plugin.json')) as {
  readonly id: string;
  readonly type: string;
  readonly backend?: unknown;
  readonly executable?: unknown;
  readonly dependencies: { readonly grafanaDependency: string };
  readonly info: {
    readonly version: string;
    readonly updated: string;
    readonly description: string;
    readonly keywords: readonly string[];
    readonly logos: Readonly<Record<'small' | 'large', string>>;
    readonly links: ReadonlyArray<{ readonly name: string; readonly url: string }>;
    readonly screenshots: ReadonlyArray<{ readonly path: string }>;
  };
};
/** Code of the plugin and of the sidecar: the validator reads all that is below `src`. */
const code = globSync('src/**/*.{ts,tsx}', { cwd: ROOT, ignore: ['**/*.test.*', '**/test/**', '**/testing/**'] }).map(
  (file) => ({ file, lines: read(file).split('\n') })
);
/** Where a pattern occurs in that code, but in comments: `file:line`. */
const placesOf = (pattern: RegExp) =>
  code.flatMap(({ file, lines }) =>
    lines.flatMap((line, i) => (pattern.test(line.replace(/^\s*(\/\/|\/?\*).*/, '')) ? [`${file}:${i + 1}`] : []))
  );

describe('the catalog', () => {
  it('pluginname, org: the id is of an organization, a name and the type', () =>
    expect(plugin.id).toMatch(new RegExp(`^[a-z0-9]+-[a-z0-9]+-${plugin.type}$`)));

  it('metadatavalid: version and date are put in by the build', () =>
    expect(plugin.info).toMatchObject({ version: '%VERSION%', updated: '%TODAY%' }));

  it('discoverability: description and keywords are there, and not those of a template', () => {
    expect(plugin.info.description.length).toBeGreaterThan(40);
    expect(plugin.info.keywords.length).toBeGreaterThan(2);
    expect(plugin.info.keywords).not.toContain('app');
  });

  it('logos: are SVG, and there', () =>
    Object.values(plugin.info.logos).forEach((logo) => {
      expect(logo).toMatch(/\.svg$/);
      expect(existsSync(join(ROOT, 'src', logo))).toBe(true);
    }));

  it('screenshots: are there', () => {
    expect(plugin.info.screenshots.length).toBeGreaterThan(0);
    plugin.info.screenshots.forEach(({ path }) =>
      expect(existsSync(join(ROOT, path.replace(/^img\//, 'docs/img/')))).toBe(true)
    );
  });

  it('metadatapaths, brokenlinks: links are absolute, and by https', () => {
    plugin.info.links.forEach(({ url }) => expect(new URL(url).protocol).toBe('https:'));
    const targets = [...read('src/README.md').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
    targets.forEach((target) => expect(new URL(target).protocol).toBe('https:'));
  });

  it('readme: says what the plugin is, and holds no placeholders', () => {
    const text = read('src/README.md');
    expect(text.length).toBeGreaterThan(500);
    expect(text).not.toMatch(/TODO|<!--|lorem ipsum/i);
  });

  it('license: is one that the catalog takes', () => {
    expect(read('LICENSE')).toContain('Apache License');
    expect((JSON.parse(read('package.json')) as { license: string }).license).toBe('Apache-2.0');
  });

  it('changelog: has the version', () => expect(read('CHANGELOG.md')).toMatch(/^## \[/m));

  it('backendbinary: there is no program that Grafana would start', () => {
    expect(plugin).not.toHaveProperty('backend');
    expect(plugin).not.toHaveProperty('executable');
  });

  it('grafanadependency: is a range from the oldest version on', () =>
    expect(plugin.dependencies.grafanaDependency).toBe('>=12.3.0'));

  it('coderules: nothing is written to the console', () =>
    expect(placesOf(/\bconsole\.(log|warn|error|info|debug)\(/)).toEqual([]));

  it('coderules: no window is opened that could reach back', () =>
    expect(placesOf(/window\.open\((?!.*noopener)/)).toEqual([]));

  it('coderules: styles are made with emotion', () =>
    expect(placesOf(/(import|require).*\.(s?css|less)['"]/)).toEqual([]));

  it('coderules: links to another site give it no way back', () =>
    expect(placesOf(/target="_blank"(?!.*rel=")/).filter((place) => !hasRelNear(place))).toEqual([]));

  // The data source's own API loads its code and asks once for each query; both places ask for many at once, or before Grafana's
  // front end knows of the data source that was just made. The rule is advice.
  it('coderules: queries past the data source API are in the two places that need them', () =>
    expect(placesOf(/api\/ds\/query/).map((place) => place.split(':')[0])).toEqual([
      'src/app/setup/installer/dataSource.ts',
      'src/app/api/store.ts',
    ]));
});

/** Whether an element with a target says `rel` in the lines around it. */
function hasRelNear(place: string): boolean {
  const [file, line] = place.split(':');
  return read(file)
    .split('\n')
    .slice(Number(line) - 6, Number(line) + 5)
    .some((text) => /rel="[^"]*(noopener|noreferrer)/.test(text));
}
