import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { SignIn } from '../util/signIn';
import type { Access } from './access';
import { RegistryError } from './errors';
import { ownFile } from './ownFile';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

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
    return { keys, role: roleOf({ roleArn, externalId }) };
  }
}

/** The role that is taken on, which is no secret. */
export function roleOf({ roleArn, externalId }: Pick<Access, 'roleArn' | 'externalId'>): SignIn['role'] {
  return roleArn === undefined ? undefined : { roleArn, externalId };
}

const KEY_FILE = 'secret.key';
/** The ways to write {@link KEY_BYTES} bytes: hexadecimal, and Base64 of either alphabet. */
const HEXADECIMAL = /^[0-9a-f]{64}$/i;
const BASE64 = /^[0-9a-z+/_-]{43}=?$/i;

/**
 * The secrets of a data directory: under FLOWSCOPE_SECRET_KEY, else under a key made at the first use and kept there.
 * Throws {@link RegistryError} when the key is not one or cannot be kept there. A damaged one is never replaced: what was
 * sealed under it would be lost.
 */
export function openSecrets(directory: string, env: NodeJS.ProcessEnv): Secrets {
  const given = env.FLOWSCOPE_SECRET_KEY;
  const text = given ?? ownFile(directory, KEY_FILE, () => randomBytes(KEY_BYTES).toString('base64'));
  const key = toKey(text.trim());
  if (!key) {
    const path = join(directory, KEY_FILE);
    const wanted = `must hold ${KEY_BYTES} bytes, in Base64 or as ${KEY_BYTES * 2} hexadecimal digits`;
    throw new RegistryError(
      given === undefined
        ? `${path} ${wanted}, and ${text === '' ? 'is empty' : 'is damaged'}. Bring it back from a backup. If there is none, ` +
            'delete it: a new one is made, and the secrets of access keys must be entered again.'
        : `FLOWSCOPE_SECRET_KEY ${wanted}: openssl rand -base64 ${KEY_BYTES}`
    );
  }
  return new Secrets(key);
}

/** Undefined when the text does not hold exactly the bytes of a key. Buffer.from alone would pass over what it cannot read. */
function toKey(text: string): Buffer | undefined {
  if (HEXADECIMAL.test(text)) {
    return Buffer.from(text, 'hex');
  }
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
