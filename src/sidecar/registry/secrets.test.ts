import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistryError } from './errors';
import { openSecrets, ownFile } from './secrets';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flowscope-secrets-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = 'wJalrXUtnFEMI/K7MDENG';
const KEY = Buffer.alloc(32, 9);
const withKey = (key: string) => openSecrets(folder, { FLOWSCOPE_SECRET_KEY: key });

describe('a secret', () => {
  it('opens again under the same key, given in Base64 or hexadecimal', () => {
    const sealed = withKey(KEY.toString('base64')).seal(SECRET, 'AKIA1');
    expect(withKey(KEY.toString('hex')).open(sealed, 'AKIA1')).toBe(SECRET);
    expect(sealed).not.toContain(SECRET);
  });

  it('is sealed otherwise each time, so that nobody sees two that are alike', () => {
    const secrets = withKey(KEY.toString('hex'));
    expect(secrets.seal(SECRET, 'AKIA1')).not.toBe(secrets.seal(SECRET, 'AKIA1'));
  });

  it('does not open beside another access key id, changed, or cut off', () => {
    const secrets = withKey(KEY.toString('hex'));
    const sealed = secrets.seal(SECRET, 'AKIA1');
    const [version, id, body] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    bytes[14] ^= 1;
    const tampered = [version, id, bytes.toString('base64url')].join('.');
    const cut = [version, id, body.slice(0, 10)].join('.');
    for (const [text, keyId] of [
      [sealed, 'AKIA2'],
      [tampered, 'AKIA1'],
      [cut, 'AKIA1'],
    ]) {
      expect(() => secrets.open(text, keyId)).toThrow('is damaged: enter it again');
    }
  });

  it('under another key says what to do', () => {
    const sealed = withKey(KEY.toString('hex')).seal(SECRET, 'AKIA1');
    const other = withKey(Buffer.alloc(32, 8).toString('hex'));
    expect(() => other.open(sealed, 'AKIA1')).toThrow(
      /sealed under another key: bring back the former FLOWSCOPE_SECRET_KEY/
    );
    expect(() => other.signIn({ accessKeyId: 'AKIA1', sealedSecret: sealed })).toThrow(RegistryError);
  });

  it('becomes what a client signs in with', () => {
    const secrets = withKey(KEY.toString('hex'));
    const sealedSecret = secrets.seal(SECRET, 'AKIA1');
    const role = { roleArn: 'arn:1', externalId: 'x' };
    expect(secrets.signIn({ accessKeyId: 'AKIA1', sealedSecret, ...role })).toEqual({
      keys: { accessKeyId: 'AKIA1', secretAccessKey: SECRET },
      role,
    });
    expect(secrets.signIn({})).toEqual({});
  });
});

describe('the key', () => {
  it('is made at the first use, is read again, and is nobody else’s to read', () => {
    const sealed = openSecrets(folder, {}).seal(SECRET, 'AKIA1');
    expect(openSecrets(folder, {}).open(sealed, 'AKIA1')).toBe(SECRET);
    expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readFileSync(join(folder, 'secret.key'), 'utf8'), 'base64')).toHaveLength(32);
  });

  it('that others could read is closed to them', () => {
    writeFileSync(join(folder, 'x'), 'text\n', { mode: 0o644 });
    expect(ownFile(folder, 'x', () => 'other')).toBe('text');
    expect(statSync(join(folder, 'x')).mode & 0o777).toBe(0o600);
  });

  it.each(['', 'short', 'x'.repeat(32), KEY.toString('hex').slice(2)])('of another length is refused: "%s"', (key) => {
    expect(() => withKey(key)).toThrow('FLOWSCOPE_SECRET_KEY must hold 32 bytes');
  });

  it('that is damaged in its file is refused, and not replaced', () => {
    writeFileSync(join(folder, 'secret.key'), 'x');
    expect(() => openSecrets(folder, {})).toThrow(/secret\.key must hold 32 bytes/);
    expect(readFileSync(join(folder, 'secret.key'), 'utf8')).toBe('x');
  });
});
