import { isSecretName, redactor, secretsIn } from './redact';

it.each([
  'FLOWSCOPE_TOKEN',
  'FLOWSCOPE_SECRET_KEY',
  'FLOWSCOPE_INFLUX_PASSWORD',
  'FLOWSCOPE_INFLUX_READ_PASSWORD',
  'FLOWSCOPE_SECRET_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
])('%s holds a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

it.each(['FLOWSCOPE_TOKEN_FILE', 'FLOWSCOPE_LISTEN', 'FLOWSCOPE_TLS_KEY', 'AWS_REGION', 'AWS_WEB_IDENTITY_TOKEN_FILE'])(
  '%s holds none',
  (name) => {
    expect(isSecretName(name)).toBe(false);
  }
);

it('takes secrets out as they stand in text, JSON and URLs', () => {
  const secret = 'p"a/ss+word';
  const redact = redactor([secret, 'long', 'longer']);
  for (const text of [secret, JSON.stringify({ a: secret }), `?x=${encodeURIComponent(secret)}`]) {
    expect(redact(text)).not.toMatch(/ss(\+|%2B)word/);
  }
  expect(redact('a longer one')).toBe('a *** one');
  expect(redact('http://me:mine@proxy:3128/ and mail to a@b')).toBe('http://***@proxy:3128/ and mail to a@b');
});

it('finds passwords in URLs of the environment', () => {
  expect(secretsIn({ HTTPS_PROXY: 'http://me:s%20ecret@proxy:1', FLOWSCOPE_TOKEN: 'tok', AWS_REGION: 'x' })).toEqual([
    's%20ecret',
    'tok',
  ]);
  expect(redactor(secretsIn({ HTTPS_PROXY: 'http://me:s%20ecret@proxy:1' }))('s ecret, s%20ecret')).toBe('***, ***');
});
