import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/sidecar/testing/until';
import { isBuilt, watchCode } from './watch';

const dir = mkdtempSync(join(tmpdir(), 'flowscope-watch-'));

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('watchCode', () => {
  it('notices changes of code in any folder below', async () => {
    mkdirSync(join(dir, 'room'));
    let isChanged = false;
    const close = watchCode([dir], () => (isChanged = true));
    writeFileSync(join(dir, 'room', 'code.ts'), '');
    await until(() => isChanged);
    close();
  });

  it.each([
    ['room/code.ts', true],
    ['room/page.tsx', true],
    ['room/code.test.ts', false],
    ['room/testing/helper.ts', false],
    ['testing/helper.ts', false],
    ['room/notes.md', false],
  ])('%s becomes part of a build: %s', (file, expected) => {
    expect(isBuilt(file)).toBe(expected);
  });
});
