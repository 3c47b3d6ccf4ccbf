/**
 * `npm run check:grafana -- [VERSION]`: whether the plugin fits another version of Grafana (default: the newest): its types with React 19,
 * and, by levitate, the exports that it uses. It installs that version's packages into a temporary folder, which takes minutes, and so is
 * no part of `.ci/run`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
/** What is checked by types: the pages, and what they import. Tests use test doubles for the oldest version. */
const COPIED = ['src', 'provisioning', '.config', 'tsconfig.json', 'package.json'];
const EXCLUDED = ['src/sidecar', 'src/dashboards', 'src/**/*.test.ts', 'src/**/*.test.tsx', 'src/app/test'];
const GRAFANA = ['@grafana/data', '@grafana/runtime', '@grafana/schema', '@grafana/ui'];
/** What Grafana runs since 13.2. */
const REACT = '^19.0.0';

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides?: unknown;
}

/** The packages with that Grafana and React 19 in place of the oldest ones. */
function withVersion({ dependencies, devDependencies, ...rest }: Package, version: string): Package {
  const react = Object.fromEntries(['react', 'react-dom'].map((name) => [name, REACT]));
  const types = Object.fromEntries(['@types/react', '@types/react-dom'].map((name) => [name, REACT]));
  const grafana = Object.fromEntries(GRAFANA.map((name) => [name, version]));
  const { overrides: _, ...others } = rest;
  return {
    ...others,
    dependencies: { ...dependencies, ...grafana, ...react },
    devDependencies: { ...devDependencies, ...types },
  };
}

function run(what: string, cwd: string, command: string, ...args: string[]): boolean {
  process.stdout.write(`${what}: ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  process.stdout.write(`${what}: ${status === 0 ? 'passed' : 'FAILED'}\n`);
  return status === 0;
}

function check(version: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-grafana-'));
  try {
    COPIED.forEach((name) => cpSync(join(ROOT, name), join(folder, name), { recursive: true }));
    const file = join(folder, 'package.json');
    writeFileSync(file, JSON.stringify(withVersion(JSON.parse(readFileSync(file, 'utf8')) as Package, version)));
    const config = { extends: './tsconfig.json', include: ['src', '.config/types'], exclude: EXCLUDED };
    writeFileSync(join(folder, 'tsconfig.check.json'), JSON.stringify(config));
    const tsc = ['--noEmit', '--project', 'tsconfig.check.json'];
    const levitate = ['is-compatible', '--path', 'src/module.tsx', '--target'];
    const targets = GRAFANA.map((name) => `${name}@${version}`).join(',');
    return (
      run('Install', folder, 'npm', 'install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund') &&
      // One after the other, and the second whatever the first says.
      [
        run('Types', folder, join(folder, 'node_modules/.bin/tsc'), ...tsc),
        run('Exports', ROOT, join(ROOT, 'node_modules/.bin/levitate'), ...levitate, targets),
      ].every(Boolean)
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = check(process.argv[2] ?? 'latest') ? 0 : 1;
