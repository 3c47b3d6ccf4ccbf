import { globSync, readFileSync } from 'node:fs';

/** Packages whose internal files are imported: those may change with any release, so their version is pinned. */
const packages = new Set(
  globSync('{src,bench,e2e}/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/from '((?:@[\w-]+\/)?[\w-]+)\/src\//g)].map(([, name]) => name)
  )
);

interface Dependencies {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const read = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;

it('finds the packages with imports of internal files', () => {
  expect([...packages].sort()).toEqual(['hyparquet', 'hyparquet-writer']);
});

it.each([...packages])('pins %s to the installed version', (name) => {
  const { dependencies, devDependencies } = read<Dependencies>('package.json');
  const { version } = read<{ version: string }>(`node_modules/${name}/package.json`);
  const lock = read<{ packages: Record<string, Dependencies> }>('package-lock.json').packages[''];
  expect({ ...dependencies, ...devDependencies }[name]).toBe(version);
  expect({ ...lock.dependencies, ...lock.devDependencies }[name]).toBe(version);
});
