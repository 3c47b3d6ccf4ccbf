/**
 * A small, fast stand-in for S3, a process of its own: `s3Double PORT [LATENCY_MS]`. One bucket in memory, whatever its name: PUT, GET,
 * DELETE (both with If-Match), DeleteObjects and ListObjectsV2. Signatures are not checked. Three paths are its own:
 * `PUT /-/pretend?size=N&refusal=CODE` with keys, one a line, which then show in listings and are refused; `GET /-/times`:
 * when the first and the last request of S3's came, ms; `PUT /-/clock?now=SECONDS`: what time it is from then on, for objects that
 * are written and in the header `Date`, Unix seconds.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3Store, type Refusal, type StoredObject } from './s3Store';

/** How long S3's answers take to begin, ms. */
const LATENCY_MS = Number(process.argv[3] ?? 0);

/** The time that somebody said it is; undefined: what the machine's clock says. */
let said: Date | undefined;
const store = new S3Store(() => said ?? new Date());
let times: { first?: number; last?: number } = {};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const unescape = (xml: string) =>
  xml.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const tag = (name: string, content: string) => `<${name}>${content}</${name}>`;

function fail(response: ServerResponse, status: number, code: string): void {
  const xml = tag('Error', tag('Code', code) + tag('Message', code));
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': xml.length }).end(xml);
}

function list(query: URLSearchParams, response: ServerResponse): void {
  const { objects, folders, next } = store.list({
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? undefined,
    after: query.get('continuation-token') ?? undefined,
    maxKeys: Math.min(1000, Number(query.get('max-keys') ?? 1000)),
  });
  const contents = objects.map(([key, { etag, size, modified }]) =>
    tag(
      'Contents',
      tag('Key', escape(key)) +
        tag('LastModified', modified.toISOString()) +
        tag('ETag', etag) +
        tag('Size', String(size))
    )
  );
  const prefixes = folders.map((folder) => tag('CommonPrefixes', tag('Prefix', escape(folder))));
  const more =
    tag('IsTruncated', String(next !== undefined)) + (next ? tag('NextContinuationToken', escape(next)) : '');
  const xml = tag('ListBucketResult', more + contents.join('') + prefixes.join(''));
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
}

/** The object that a GET or DELETE means; answers itself when there is none, or another version. */
function find(key: string, request: IncomingMessage, response: ServerResponse): StoredObject | undefined {
  const object = store.get(key);
  const wanted = request.headers['if-match'];
  if (object?.refusal === 'AccessDenied') {
    fail(response, 403, object.refusal);
  } else if (!object?.body) {
    fail(response, 404, 'NoSuchKey');
  } else if (wanted && wanted !== object.etag) {
    fail(response, 412, 'PreconditionFailed');
  } else {
    return object;
  }
  return undefined;
}

/** DeleteObjects, each object with its ETag; answers with those that were not deleted, as S3 does in quiet mode. */
function deleteMany(xml: string, response: ServerResponse): void {
  const errors: string[] = [];
  for (const [, object] of xml.matchAll(/<Object>(.*?)<\/Object>/gs)) {
    const key = unescape(/<Key>(.*?)<\/Key>/s.exec(object)![1]);
    const wanted = /<ETag>(.*?)<\/ETag>/s.exec(object)?.[1];
    const found = store.get(key);
    const refusal = wanted && found && unescape(wanted) !== found.etag ? 'PreconditionFailed' : found?.refusal;
    if (refusal) {
      errors.push(tag('Error', tag('Key', escape(key)) + tag('Code', refusal) + tag('Message', refusal)));
    } else {
      store.delete(key);
    }
  }
  response.writeHead(200, { 'content-type': 'application/xml' }).end(tag('DeleteResult', errors.join('')));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  if (said) {
    response.setHeader('date', said.toUTCString());
  }
  if (pathname === '/-/clock') {
    said = new Date(Number(searchParams.get('now')) * 1000);
    response.end();
    return;
  }
  if (pathname === '/-/pretend') {
    const keys = (await bodyOf(request)).toString().split('\n').filter(Boolean);
    store.pretend(keys, Number(searchParams.get('size')), searchParams.get('refusal') as Refusal);
    response.end();
    return;
  }
  if (pathname === '/-/times') {
    response.end(JSON.stringify(times));
    times = {};
    return;
  }
  const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
  if (request.method === 'PUT' && key === '') {
    // CreateBucket: there is but one.
    response.end();
    return;
  }
  if (request.method === 'PUT') {
    const { etag } = store.put(key, await bodyOf(request));
    response.writeHead(200, { etag }).end();
    return;
  }
  times.first ??= performance.now();
  times.last = performance.now();
  if (LATENCY_MS > 0) {
    await sleep(LATENCY_MS);
  }
  if (request.method === 'POST' && searchParams.has('delete')) {
    deleteMany((await bodyOf(request)).toString(), response);
    return;
  }
  if (searchParams.has('list-type')) {
    list(searchParams, response);
    return;
  }
  const object = find(key, request, response);
  if (object && request.method === 'DELETE') {
    store.delete(key);
    response.writeHead(204).end();
  } else if (object) {
    const { etag, modified, body } = object;
    const headers = { 'content-length': body!.length, 'last-modified': modified.toUTCString(), etag };
    response.writeHead(200, headers).end(body);
  }
}

createServer((request, response) => void answer(request, response)).listen(Number(process.argv[2]), '127.0.0.1');
