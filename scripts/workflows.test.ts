import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { capture } from './lib/commands';
import { findActionlint } from './lib/install';

const FOLDER = '.github/workflows';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly include: ReadonlyArray<Record<string, string>> } };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly name: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const names = readdirSync(FOLDER);
const workflows = names.map((file): [string, Workflow] => [
  file,
  parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow,
]);
const of = (file: string) => workflows.find(([name]) => name === file)![1];
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);
const commandsOf = (workflow: Workflow) => stepsOf(workflow).flatMap(({ run = '' }) => run.split('\n'));
const { scripts, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
  version: string;
};
const plugin = JSON.parse(readFileSync('src/plugin.json', 'utf8')) as { dependencies: { grafanaDependency: string } };

it('actionlint finds nothing in them, where it is installed', async () => {
  // `npm run check:workflows` gets it.
  const command = await findActionlint();
  if (command !== undefined) {
    expect(await capture(command, [])).toMatchObject({ code: 0, output: '' });
  }
});

describe.each(workflows)('%s', (file, workflow) => {
  it('is called as its file is, may do what it says, and ends', () => {
    expect(`${workflow.name}.yml`).toBe(file);
    expect(workflow.permissions).toHaveProperty('contents');
    Object.values(workflow.jobs).forEach((job) => expect(job['timeout-minutes']).toBeGreaterThan(0));
  });

  it('calls npm scripts and files that there are, and actions of a version', () => {
    const lines = commandsOf(workflow);
    const called = lines.flatMap((line) => [...line.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name));
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
    lines.filter((line) => line.startsWith('.ci/')).forEach((path) => expect(existsSync(path)).toBe(true));
    stepsOf(workflow).forEach(({ uses = 'x/y@v1' }) => expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/));
  });
});

it('a change lands only after .ci/run', () => {
  expect(commandsOf(of('ci.yml'))).toContain('.ci/run');
  expect(commandsOf(of('release.yml'))).toContain('.ci/run');
});

it('the browser specs run in every Grafana that matters, with each data source there is for it', () => {
  const matrix = of('e2e.yml').jobs.specs.strategy!.matrix.include;
  const pairs = matrix.map(({ grafana, influxdb }) => `${grafana} ${influxdb}`);
  expect(pairs).toEqual([
    ...['12.3.3 built-in', '12 built-in', '13.0 13.0.2', '13.0 newest', 'latest 13.0.2', 'latest newest'],
  ]);
  // The first is the oldest that the plugin takes.
  const [, oldest] = /^>=(\d+\.\d+)\.0$/.exec(plugin.dependencies.grafanaDependency)!;
  expect(matrix[0].grafana.startsWith(`${oldest}.`)).toBe(true);
  expect(scripts.levitate).toContain(`@grafana/ui@${matrix[0].grafana}`);
});

it('a release has the words of the changelog: those below its heading alone', async () => {
  const [command] = commandsOf(of('release.yml')).filter((line) => line.startsWith('awk '));
  const script = command.replace(/ > .*$/, '');
  const said = (of: string) => capture('sh', ['-c', script], { env: { PATH: process.env.PATH, VERSION: of } });
  // Until a version is released, its heading is [Unreleased].
  const { stdout } = await said(
    readFileSync('CHANGELOG.md', 'utf8').includes(`## [${version}]`) ? version : 'Unreleased'
  );
  expect(stdout).toContain('### Added');
  expect(stdout).not.toMatch(/^## /m);
  expect((await said('9.9.9')).stdout).toBe('');
});
