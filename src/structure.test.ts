import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

type Rooms = Readonly<Record<string, readonly string[]>>;

// Plain JavaScript, as ESLint reads it, too.
const { ROOMS, SIDECAR_ROOMS } = jest.requireActual<{ ROOMS: Rooms; SIDECAR_ROOMS: Rooms }>('../rooms.mjs');
const tables = [ROOMS, SIDECAR_ROOMS];

const ROOT = resolve(__dirname, '..');
const SIDECAR = 'src/sidecar';
/** Imports everything, and is imported by tests only. */
const TESTING = 'testing';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const foldersIn = (path: string) =>
  readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** The lines of docs/architecture.md's picture of the rooms, from the top down: the rooms on each. */
function pictureLines(): string[][] {
  const [, picture] = /## The rooms\n[^]*?```\n([^]*?)```/.exec(read('docs/architecture.md')) ?? [];
  const lines = picture.split('\n').filter((line) => line.startsWith('  '));
  return lines.map((line) => line.slice(0, 44).trim().split(/\s+/));
}

describe('the table of rooms', () => {
  it('has every folder of the code', () => {
    expect(Object.keys(ROOMS).sort()).toEqual(foldersIn('src').filter((name) => !['sidecar', 'img'].includes(name)));
    expect(Object.keys(SIDECAR_ROOMS).sort()).toEqual(foldersIn(SIDECAR).filter((name) => name !== TESTING));
  });

  it.each(tables.map((table) => [table]))('has arrows to known rooms only', (table) => {
    const known = [...Object.keys(ROOMS), ...Object.keys(SIDECAR_ROOMS)];
    expect(
      Object.values(table)
        .flat()
        .filter((room) => !known.includes(room))
    ).toEqual([]);
  });
});

describe('the picture in docs/architecture.md', () => {
  it('has every room once', () => {
    const drawn = pictureLines().flat().sort();
    expect(drawn).toEqual([...Object.keys(ROOMS), ...Object.keys(SIDECAR_ROOMS)].sort());
  });

  it('has every arrow pointing down', () => {
    const line = new Map(pictureLines().flatMap((rooms, i) => rooms.map((room) => [room, i])));
    const upward = tables.flatMap((table) =>
      Object.entries(table).flatMap(([room, imported]) =>
        imported.filter((other) => line.get(other)! <= line.get(room)!).map((other) => `${room} → ${other}`)
      )
    );
    expect(upward).toEqual([]);
  });
});

it('the table of folders in the README has every folder, and no other', () => {
  const [, rows] = /## The folders\n[^]*?\n\| -[^\n]*\n([^]*?)\n\n/.exec(read('README.md')) ?? [];
  const listed = rows.split('\n').flatMap((row) => row.split('|')[1].match(/`[^`]+`/g) ?? []);
  const actual = [
    ...foldersIn(SIDECAR).map((name) => `${SIDECAR}/${name}`),
    ...Object.keys(ROOMS).map((name) => `src/${name}`),
    ...['bench', 'docs', 'e2e', 'provisioning', 'scripts', 'simulation'],
  ];
  expect(listed.map((name) => name.replaceAll('`', '').replace(/\/$/, '')).sort()).toEqual(actual.sort());
});

it('no file imports itself by way of others', () => {
  const files = ts.sys
    .readDirectory(join(ROOT, 'src'), ['.ts', '.tsx'])
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map((file) => resolve(file));
  const known = new Set(files);
  const importsOf = (file: string) =>
    ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles.flatMap(({ fileName }) => {
      const path = resolve(dirname(file), fileName);
      return fileName.startsWith('.')
        ? [`${path}.ts`, `${path}.tsx`, join(path, 'index.ts')].filter((p) => known.has(p))
        : [];
    });
  const graph = new Map(files.map((file) => [file, importsOf(file)]));
  expect(files.length).toBeGreaterThan(300);
  expect(circles(graph).map((circle) => circle.map((file) => relative(ROOT, file)))).toEqual([]);
});

/** A path back to its begin for each file that is found to have one: depth first, each file once. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const begin = path.indexOf(file);
    if (begin >= 0) {
      found.push([...path.slice(begin), file]);
    } else if (!done.has(file)) {
      graph.get(file)!.forEach((next) => visit(next, [...path, file]));
      done.add(file);
    }
  };
  [...graph.keys()].forEach((file) => visit(file, []));
  return found;
}
