import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generatedFiles } from './generate';

const PROVISIONING = resolve(__dirname, '../../provisioning');
const FILES = [...generatedFiles()];

interface Panel {
  id: number;
  type: string;
  targets?: Array<{ refId: string; query: string; datasource: { uid: string } }>;
}

interface Json {
  uid: string;
  schemaVersion: number;
  panels: Panel[];
}

test.each(FILES)('%s is what the generator makes; if not, run npm run generate:dashboards', (path, text) => {
  const file = resolve(PROVISIONING, path);
  expect(existsSync(file) && readFileSync(file, 'utf8') === text).toBe(true);
});

test('no dashboard is left over', () => {
  const onDisk = readdirSync(resolve(PROVISIONING, 'dashboards')).filter((name) => name.endsWith('.json'));
  const made = FILES.map(([path]) => path.replace('dashboards/', ''));
  expect(onDisk.sort()).toEqual(made.sort());
});

test('the same input gives the same bytes', () => {
  expect([...generatedFiles()]).toEqual(FILES);
});

test.each(FILES)('%s has a fixed uid, panel ids of its own and queries of one data source', (path, text) => {
  const { uid, schemaVersion, panels } = JSON.parse(text) as Json;
  expect(path).toBe(`dashboards/${uid}.json`);
  expect(schemaVersion).toBe(42);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { targets = [] } of panels) {
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    targets.forEach(({ datasource }) => expect(datasource.uid).toBe('flowscope-influxdb'));
  }
});
