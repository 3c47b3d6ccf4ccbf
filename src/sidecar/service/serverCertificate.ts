import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import type { CertificatePair } from '../http/server';
import { CommandFailed } from '../util/commandError';

/** The settings that name the two files. */
const CERT = 'FLOWSCOPE_TLS_CERT';
const KEY = 'FLOWSCOPE_TLS_KEY';
/** Pause between looks at the files. Not a watch of them: one of a file that is replaced, as by Kubernetes, is lost. */
const CHECK_MS = 60_000;
const DAY_MS = 86_400_000;
/** From how many days before its end on a certificate is warned of. */
const SOON_DAYS = 14;

/** The API's certificate and key, from the files that FLOWSCOPE_TLS_CERT and FLOWSCOPE_TLS_KEY name. */
export class ServerCertificate {
  private current: CertificatePair;
  /** What was said last, so that it is said once. */
  private said?: string;

  private constructor(
    private readonly certPath: string,
    private readonly keyPath: string,
    private readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  ) {
    this.current = readPair(certPath, keyPath);
    this.warnOfEnd();
  }

  /** Undefined when neither is set. Throws {@link CommandFailed} when only one is, or they cannot be used. */
  static fromEnvironment(
    env: NodeJS.ProcessEnv,
    log: Pick<Logger, 'info' | 'warn' | 'error'>
  ): ServerCertificate | undefined {
    const { [CERT]: cert, [KEY]: key } = env;
    if (!cert && !key) {
      return undefined;
    }
    if (!cert || !key) {
      throw new CommandFailed(
        `${cert ? CERT : KEY} is set and ${cert ? KEY : CERT} is not: TLS takes both, the files of the certificate and of its key.`
      );
    }
    return new ServerCertificate(cert, key, log);
  }

  /** What is in use. */
  get pair(): CertificatePair {
    return this.current;
  }

  /** Looks at the files every minute, and hands on what is new. Returns what ends that. */
  follow(onNew: (pair: CertificatePair) => void): () => void {
    const timer = setInterval(() => this.check(onNew), CHECK_MS).unref();
    return () => clearInterval(timer);
  }

  /** Looks at the files now. What cannot be used is said once, and what was in use stays so. */
  check(onNew: (pair: CertificatePair) => void): void {
    try {
      const read = readPair(this.certPath, this.keyPath);
      if (read.cert !== this.current.cert || read.key !== this.current.key) {
        onNew(read);
        this.current = read;
        this.said = undefined;
        this.log.info(`The API has a new certificate, from ${this.certPath}.`);
      }
    } catch (error) {
      this.sayOnce('error', `${(error as Error).message} Until then the API keeps the certificate that it has.`);
      return;
    }
    this.warnOfEnd();
  }

  private warnOfEnd(): void {
    const { validFrom, validTo } = new X509Certificate(this.current.cert);
    const [begin, end] = [Date.parse(validFrom), Date.parse(validTo)];
    const now = Date.now();
    const of = `The certificate in ${this.certPath}`;
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    if (now < begin) {
      this.sayOnce('warn', `${of} is valid from ${day(begin)} on only: until then Grafana refuses it.`);
    } else if (now >= end) {
      this.sayOnce('warn', `${of} has expired on ${day(end)}: Grafana refuses it. Put a new one there.`);
    } else if (end - now < SOON_DAYS * DAY_MS) {
      this.sayOnce('warn', `${of} expires on ${day(end)}. Put a new one there before: it is read within a minute.`);
    }
  }

  private sayOnce(level: 'warn' | 'error', message: string): void {
    if (this.said !== message) {
      this.said = message;
      this.log[level](message);
    }
  }
}

/** Reads both files. Throws {@link CommandFailed} when they cannot be used together. */
function readPair(certPath: string, keyPath: string): CertificatePair {
  const cert = read(CERT, certPath);
  const key = read(KEY, keyPath);
  const parsedCert = parse(CERT, certPath, 'certificate', () => new X509Certificate(cert));
  const parsedKey = parse(KEY, keyPath, 'private key', () => privateKey(key, keyPath));
  if (!parsedCert.checkPrivateKey(parsedKey)) {
    throw new CommandFailed(
      `The key in ${keyPath} (${KEY}) is not that of the certificate in ${certPath} (${CERT}): give the two that belong together.`
    );
  }
  // Refuses what OpenSSL would not serve, such as a key that is too short.
  parse(CERT, certPath, 'certificate', () => createSecureContext({ cert, key }));
  return { cert, key };
}

function read(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailed(
      `${setting} names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}): name a file that the user who runs the sidecar may read.`
    );
  }
}

function privateKey(pem: string, path: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new CommandFailed(
      `The key in ${path} (${KEY}) has a passphrase: write it without one (openssl pkey -in FILE -out FILE), readable for the sidecar's user alone.`
    );
  }
  return createPrivateKey(pem);
}

function parse<T>(setting: string, path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CommandFailed) {
      throw error;
    }
    throw new CommandFailed(
      `${setting} names ${path}, which holds no ${what} that can be used (${(error as Error).message}): it must be PEM.`
    );
  }
}
