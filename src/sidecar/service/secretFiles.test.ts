import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretFiles } from './secretFiles';

const dir = mkdtempSync(join(tmpdir(), 'flowscope-secrets-'));
const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('secrets in files', () => {
  it.each(['FLOWSCOPE_TOKEN', 'FLOWSCOPE_SECRET_KEY', 'FLOWSCOPE_INFLUX_PASSWORD'])('stand for %s', (name) => {
    const env = { [`${name}_FILE`]: file('secret', 'a secret \n') };
    readSecretFiles(env);
    expect(env).toEqual({ [name]: 'a secret ' });
  });

  it('are left alone where none is named', () => {
    const env = { FLOWSCOPE_TOKEN: 'given', FLOWSCOPE_DATA_DIR: dir };
    readSecretFiles(env);
    expect(env).toEqual({ FLOWSCOPE_TOKEN: 'given', FLOWSCOPE_DATA_DIR: dir });
  });

  it.each([
    ['is given both ways', { FLOWSCOPE_TOKEN: 'x', FLOWSCOPE_TOKEN_FILE: dir }, /FLOWSCOPE_TOKEN_FILE are both set/],
    ['is empty', { FLOWSCOPE_TOKEN_FILE: file('empty', '\n') }, /empty, which FLOWSCOPE_TOKEN_FILE names, is empty/],
    ['is missing', { FLOWSCOPE_TOKEN_FILE: join(dir, 'none') }, /none, which .* cannot be read \(.*ENOENT/],
  ])('fail a command when one %s', (_, env, message) => {
    expect(() => readSecretFiles(env)).toThrow(message);
  });
});
