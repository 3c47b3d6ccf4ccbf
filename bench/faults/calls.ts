import type { IncomingHttpHeaders } from 'node:http';

/** What the sidecar depends on. */
export type ServerName = 's3' | 'sqs' | 'influxdb';

/** The kinds of requests that collecting makes, by the server that they go to; kills and faults are counted by these. */
export const CALLS = {
  s3: ['ListObjectsV2', 'GetObject', 'DeleteObject', 'DeleteObjects'],
  sqs: ['ReceiveMessage', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch', 'GetQueueAttributes'],
  influxdb: ['ping', 'query', 'SELECT INTO', 'write minute', 'write hour', 'write other'],
} as const satisfies Record<ServerName, readonly string[]>;

export type Call = (typeof CALLS)[ServerName][number];

/** A request as it arrives at a proxy. */
export interface Asked {
  readonly server: ServerName;
  readonly call: Call;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The kind of a request. Throws for one that collecting does not make. */
export function callOf(server: ServerName, { method, url, headers, body }: Omit<Asked, 'server' | 'call'>): Call {
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  const unknown = () => new Error(`An unknown request to ${server}: ${method} ${url}`);
  if (server === 'sqs') {
    const name = String(headers['x-amz-target']).replace('AmazonSQS.', '');
    const call = CALLS.sqs.find((one) => one === name);
    if (!call) {
      throw unknown();
    }
    return call;
  }
  if (server === 's3') {
    if (method === 'POST' && searchParams.has('delete')) {
      return 'DeleteObjects';
    }
    if (method === 'DELETE') {
      return 'DeleteObject';
    }
    if (method !== 'GET') {
      throw unknown();
    }
    return searchParams.has('list-type') ? 'ListObjectsV2' : 'GetObject';
  }
  if (pathname === '/ping') {
    return 'ping';
  }
  if (pathname === '/write') {
    const policy = searchParams.get('rp');
    return policy === 'minute' || policy === 'hour' ? `write ${policy}` : 'write other';
  }
  const statement = searchParams.get('q') ?? new URLSearchParams(body.toString()).get('q') ?? '';
  return /\bINTO\b/.test(statement) ? 'SELECT INTO' : 'query';
}

/** The keys that a request of S3 is about, each with the ETag that it names; '' for none. */
export function objectsOf({ call, url, headers, body }: Asked): Array<{ readonly key: string; readonly etag: string }> {
  if (call === 'DeleteObjects') {
    const unescape = (xml = '') =>
      xml.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    return [...body.toString().matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object]) => ({
      key: unescape(/<Key>(.*?)<\/Key>/s.exec(object)?.[1]),
      etag: unescape(/<ETag>(.*?)<\/ETag>/s.exec(object)?.[1]),
    }));
  }
  const { pathname } = new URL(url, 'http://proxy');
  const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
  return key === '' ? [] : [{ key, etag: headers['if-match'] ?? '' }];
}
