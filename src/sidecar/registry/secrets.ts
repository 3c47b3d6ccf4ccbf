import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from './access';
import { RegistryError } from './errors';
import { unusable } from './unusable';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** An access key in the clear: lives only as long as a client that signs with it. */
export interface SignIn {
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly role?: { readonly roleArn: string; readonly externalId?: string };
}

/** What seals secrets, and signs in with them. */
export type SecretKeeper = Pick<Secrets, 'seal' | 'signIn'>;

/** Seals secrets with AES-256-GCM. A sealed secret opens only under its own key and beside its own access key id. */
export class Secrets {
  private readonly keyId: string;

  constructor(private readonly key: Buffer) {
    this.keyId = createHash('sha256').update(key).digest('hex').slice(0, 8);
  }

  seal(secret: string, accessKeyId: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(accessKeyId));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, this.keyId, sealed.toString('base64url')].join('.');
  }

  /** Throws {@link RegistryError} when it was sealed under another key, or is damaged. */
  open(text: string, accessKeyId: string): string {
    const [version, keyId, body] = text.split('.');
    if (version !== VERSION || keyId !== this.keyId) {
      throw new RegistryError(
        `The secret of access key ${accessKeyId} was sealed under another key: bring back the former FLOWSCOPE_SECRET_KEY ` +
          `(or ${KEY_FILE} in the data directory), or enter the secret again.`,
        'conflict'
      );
    }
    const sealed = Buffer.from(body, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(accessKeyId)).setAuthTag(sealed.subarray(-TAG_BYTES));
      return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new RegistryError(`The secret of access key ${accessKeyId} is damaged: enter it again.`, 'conflict');
    }
  }

  /** What AWS clients sign in with. Throws as {@link open} does. */
  signIn({ accessKeyId, sealedSecret, roleArn, externalId }: Access = {}): SignIn {
    const keys =
      accessKeyId !== undefined && sealedSecret !== undefined
        ? { accessKeyId, secretAccessKey: this.open(sealedSecret, accessKeyId) }
        : undefined;
    return { keys, role: roleArn === undefined ? undefined : { roleArn, externalId } };
  }
}

const KEY_FILE = 'secret.key';

/**
 * The secrets of a data directory: under FLOWSCOPE_SECRET_KEY, else under a key made at the first use and kept there.
 * Throws {@link RegistryError} when the key is not one or cannot be kept there.
 */
export function openSecrets(directory: string, env: NodeJS.ProcessEnv): Secrets {
  const given = env.FLOWSCOPE_SECRET_KEY;
  const text = given ?? ownFile(directory, KEY_FILE, () => randomBytes(KEY_BYTES).toString('base64'));
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) {
    const name = given === undefined ? join(directory, KEY_FILE) : 'FLOWSCOPE_SECRET_KEY';
    throw new RegistryError(
      `${name} must hold ${KEY_BYTES} bytes, in Base64 or as ${KEY_BYTES * 2} hexadecimal digits: openssl rand -base64 ${KEY_BYTES}`
    );
  }
  return new Secrets(key);
}

/**
 * What a file of the data directory holds that nobody else may read; made at its first use. Throws {@link RegistryError}
 * when this user may not read or write there.
 */
export function ownFile(directory: string, name: string, make: () => string): string {
  try {
    return readOrMake(directory, join(directory, name), make);
  } catch (error) {
    throw unusable(directory, error);
  }
}

function readOrMake(directory: string, path: string, make: () => string): string {
  if (!existsSync(path)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    try {
      // Fails when another process was faster: then that one's is read.
      writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    chmodSync(path, 0o600);
  }
  return readFileSync(path, 'utf8').trim();
}
