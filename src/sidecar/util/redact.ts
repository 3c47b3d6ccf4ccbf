/** What stands in the place of a secret. */
export const HIDDEN = '***';

/** Names of variables that hold a secret, by what people and programs call them; those ending in _FILE hold a path. */
const SECRET_NAME = /(?:SECRET|TOKEN|PASSW(?:OR)?D|CREDENTIAL|AUTHORIZATION|API_?KEY|SECRET_KEY)(?!.*_FILE$)/i;

/** User and password in a URL. */
const IN_URL = /(\/\/)[^/\s"'@]+@/g;

/** Secrets shorter than this would hide more than themselves. */
const SHORTEST = 4;

/** Whether a variable of the environment holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The secrets in an environment: values of variables that hold one, and passwords in URLs. */
export function secretsIn(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    isSecretName(name) ? [value] : [...value.matchAll(/\/\/[^/\s:@]*:([^/\s@]+)@/g)].map(([, password]) => password)
  );
}

/** Takes these secrets out of texts, also as they stand in JSON and URLs, and whoever signs in in any URL. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), decoded(secret)]);
  // The longest first: one may be the beginning of another.
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) =>
    ordered.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text).replace(IN_URL, `$1${HIDDEN}@`);
}

function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}
