import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistryError } from './errors';
import { openSecrets } from './secrets';

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

  it.each(['', 'short', 'x'.repeat(32), KEY.toString('hex').slice(2)])('of another length is refused: "%s"', (key) => {
    expect(() => withKey(key)).toThrow('FLOWSCOPE_SECRET_KEY must hold 32 bytes');
  });

  it.each([
    ['empty', '', 'is empty'],
    ['a blank line', ' \n', 'is empty'],
    ['half written', KEY.toString('base64').slice(0, 20), 'is damaged'],
    ['cut off by one character', KEY.toString('hex').slice(1), 'is damaged'],
    ['zeros that a crash left', '\0'.repeat(45), 'is damaged'],
    ['two keys', `${KEY.toString('base64')}\n${KEY.toString('base64')}`, 'is damaged'],
    // Buffer.from passes over what is not Base64, and finds 32 bytes in these.
    ['a key and what is not Base64', `${KEY.toString('base64').slice(0, -1)}!!`, 'is damaged'],
    ['a key with holes', KEY.toString('base64').replace(/(.{9})/g, '$1 \0'), 'is damaged'],
    ['in UTF-16', Buffer.from(KEY.toString('base64'), 'utf16le').toString('latin1'), 'is damaged'],
  ])('that is damaged in its file is refused, and not replaced: %s', (_case, text, reason) => {
    const file = join(folder, 'secret.key');
    writeFileSync(file, text, 'latin1');
    expect(() => openSecrets(folder, {})).toThrow(
      `${file} must hold 32 bytes, in Base64 or as 64 hexadecimal digits, and ${reason}. Bring it back from a backup. If ` +
        'there is none, delete it: a new one is made, and the secrets of access keys must be entered again.'
    );
    expect(readFileSync(file, 'latin1')).toBe(text);
  });

  it.each([
    ['a line end', `${KEY.toString('hex')}\n`],
    ['no padding', KEY.toString('base64').replace('=', '')],
    ['the alphabet of URLs', KEY.toString('base64url')],
  ])('may be written with %s', (_case, text) => {
    const sealed = withKey(KEY.toString('base64')).seal(SECRET, 'AKIA1');
    expect(withKey(text).open(sealed, 'AKIA1')).toBe(SECRET);
  });
});
