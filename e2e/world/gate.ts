import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An access key, and the actions of S3 and EC2 that its policy lacks. */
export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly lacks: readonly string[];
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const UNKNOWN_KEY = 'The AWS Access Key Id you provided does not exist in our records.';
const WRONG_SIGNATURE = 'The request signature we calculated does not match the signature you provided.';

/** What each service calls a refusal. Sources: the lists of error codes of S3, EC2 and STS. */
const CODES: Readonly<Record<string, { readonly unknownKey: string; wrongSecret: string; denied: string }>> = {
  s3: { unknownKey: 'InvalidAccessKeyId', wrongSecret: 'SignatureDoesNotMatch', denied: 'AccessDenied' },
  ec2: { unknownKey: 'AuthFailure', wrongSecret: 'AuthFailure', denied: 'UnauthorizedOperation' },
  sts: { unknownKey: 'InvalidClientTokenId', wrongSecret: 'SignatureDoesNotMatch', denied: 'AccessDenied' },
};

/**
 * A proxy before moto on loopback that refuses what IAM would refuse: unknown access keys, wrong secrets, and actions that
 * a key's policy lacks. moto's own enforcement calls right signatures wrong where a key or prefix has a slash or an equals
 * sign in it (as run with 5.2.1). Session credentials, as moto's STS gives them out, may do everything.
 */
export class Gate {
  private constructor(
    private readonly server: Server,
    readonly url: string
  ) {}

  static async start(awsUrl: string, keys: readonly Key[]): Promise<Gate> {
    const target = new URL(awsUrl);
    const server = createServer((request, response) => void pass(request, response, target, keys));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gate(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { hostname, port }: URL,
  keys: readonly Key[]
): Promise<void> {
  const body = await buffer(request);
  const refusal = refusalOf(request, body, keys);
  if (refusal) {
    response.writeHead(refusal.status, { 'Content-Type': 'application/xml' }).end(xmlOf(refusal, request));
    return;
  }
  const { method, url: path, headers } = request;
  const onward = forward({ hostname, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}

function refusalOf(request: IncomingMessage, body: Buffer, keys: readonly Key[]): Refusal | undefined {
  const signed = signatureOf(request);
  if (!signed || request.headers['x-amz-security-token'] !== undefined) {
    return undefined;
  }
  const codes = CODES[signed.service] ?? CODES.sts;
  const key = keys.find(({ accessKeyId }) => accessKeyId === signed.accessKeyId);
  if (!key) {
    return { status: 403, code: codes.unknownKey, message: UNKNOWN_KEY };
  }
  if (signed.signature !== signatureWith(key.secretAccessKey, signed, request, body)) {
    return { status: 403, code: codes.wrongSecret, message: WRONG_SIGNATURE };
  }
  const action = signed.service === 's3' ? s3Action(request) : `${signed.service}:${formAction(body)}`;
  if (key.lacks.includes(action)) {
    return { status: 403, code: codes.denied, message: `User is not authorized to perform: ${action}` };
  }
  return undefined;
}

interface Signed {
  readonly accessKeyId: string;
  /** DATE/REGION/SERVICE/aws4_request */
  readonly scope: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly signature: string;
}

function signatureOf({ headers }: IncomingMessage): Signed | undefined {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\S+)$/;
  const [, accessKeyId, scope, names, signature] = pattern.exec(headers.authorization ?? '') ?? [];
  return signature === undefined
    ? undefined
    : { accessKeyId, scope, service: scope.split('/')[2], headers: names.split(';'), signature };
}

/** Source: "Create a signed AWS API request", IAM user guide. What is signed is the request as it was sent. */
function signatureWith(secret: string, { scope, headers }: Signed, request: IncomingMessage, body: Buffer): string {
  const [path, query = ''] = request.url!.split('?', 2);
  const parameters = query.split('&').filter((part) => part !== '');
  const canonical = [
    request.method,
    path,
    parameters
      .map((part) => (part.includes('=') ? part : `${part}=`))
      .sort()
      .join('&'),
    ...headers.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    headers.join(';'),
    request.headers['x-amz-content-sha256'] ?? digest(body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, digest(canonical)].join('\n');
  const signingKey = scope.split('/').reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${secret}`);
  return hmac(signingKey, text).toString('hex');
}

const digest = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();

/** The IAM action of a path-style S3 request. Source: "Actions defined by Amazon S3", service authorization reference. */
function s3Action({ method, url }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url!, 'http://gate');
  const hasKey = pathname.split('/').slice(2).join('/') !== '';
  if (hasKey) {
    return { GET: 's3:GetObject', HEAD: 's3:GetObject', DELETE: 's3:DeleteObject' }[method!] ?? 's3:PutObject';
  }
  const ofBucket = {
    location: 's3:GetBucketLocation',
    versioning: 's3:GetBucketVersioning',
    'object-lock': 's3:GetBucketObjectLockConfiguration',
    delete: 's3:DeleteObject',
  };
  const [, action] = Object.entries(ofBucket).find(([name]) => searchParams.has(name)) ?? [];
  return action ?? 's3:ListBucket';
}

/** The action of a request in the query protocol of EC2 and STS: `DescribeVpcs`. */
const formAction = (body: Buffer) => new URLSearchParams(body.toString()).get('Action');

function xmlOf({ code, message }: Refusal, request: IncomingMessage): string {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  switch (signatureOf(request)?.service) {
    case 's3':
      return `<?xml version="1.0"?>${error}`;
    case 'ec2':
      return `<Response><Errors>${error}</Errors><RequestID>gate</RequestID></Response>`;
    default:
      return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`;
  }
}
