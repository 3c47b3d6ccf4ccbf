import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { ErrorBody } from '../../contract/common';

/** What clients may take up. Times are milliseconds. */
export interface ServerLimits {
  /** Maximum open connections; further ones are closed as they come. */
  readonly connections: number;
  /** Maximum requests of a connection: it is closed after the answer to the last. */
  readonly requestsPerConnection: number;
  /**
   * Maximum requests of all connections together that wait for the answer before them on their connection; a connection that
   * brings more is closed.
   */
  readonly waitingRequests: number;
  readonly headerBytes: number;
  /** How long the headers of a request, and all of it, may take to arrive. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often the server checks whether they took too long. */
  readonly checkMs: number;
  /** How long an answer may take, from when its request is handled until the client has read all of it. */
  readonly answerMs: number;
  /** How long a connection may stay open without a request. Go's clients, such as Grafana's proxy, close it after 90 s. */
  readonly idleMs: number;
  /** How long answers that are under way may take when the server is closed. */
  readonly graceMs: number;
}

export const SERVER_LIMITS: ServerLimits = {
  connections: 128,
  requestsPerConnection: 1000,
  waitingRequests: 2500,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 5000,
  answerMs: 120_000,
  idleMs: 72_000,
  graceMs: 2000,
};

/** Minimum time between two log lines about clients over a limit. Milliseconds. */
const REPORT_MS = 60_000;

/** A certificate, with those between it and its root, and its key, as PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * An HTTP server whose memory no client can fill: connections, requests of each and bytes that wait for a slow reader are
 * bounded.
 *
 * Node reads the requests of a connection as they come, whether or not their answers are read. Here a request is handled
 * only when the answer before it has left this process, and until then nothing more is read from its connection; so what
 * waits for a slow reader is one answer per connection.
 *
 * With a certificate it speaks HTTPS, and nothing else.
 */
export function boundedServer(
  handle: Listener,
  limits: ServerLimits,
  log: (message: string) => void,
  certificate?: CertificatePair
): Server {
  const { headersMs: headersTimeout, requestMs: requestTimeout, idleMs: keepAliveTimeout } = limits;
  const options = {
    ...{ maxHeaderSize: limits.headerBytes, headersTimeout, requestTimeout, keepAliveTimeout },
    connectionsCheckingInterval: limits.checkMs,
  };
  const server = certificate
    ? createTlsServer({ ...options, ...secureContext(certificate), handshakeTimeout: headersTimeout })
    : createServer(options);
  server.on('request', inTurn(server, handle, limits));
  // Any expectation but 100-continue may be ignored: RFC 9110, 10.1.1. Node would answer it before earlier requests.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.maxConnections = limits.connections;
  // Closes a connection on which nothing is sent or received for so long.
  server.setTimeout(limits.answerMs);
  let reported = -Infinity;
  server.on('drop', () => {
    if (performance.now() - reported > REPORT_MS) {
      reported = performance.now();
      log(`The API has ${limits.connections} connections open, and turns further ones away.`);
    }
  });
  return server;
}

const secureContext = ({ cert, key }: CertificatePair): SecureContextOptions => ({ cert, key, minVersion: 'TLSv1.2' });

/** Gives a server that speaks HTTPS another certificate, for connections from now on. Throws when OpenSSL refuses it. */
export function renewCertificate(server: Server, certificate: CertificatePair): void {
  if (server instanceof TlsServer) {
    server.setSecureContext(secureContext(certificate));
  }
}

/** The state of a connection: the answer that is being sent, and the requests that wait for it. */
interface Turn {
  response?: ServerResponse;
  /** Requests that the connection brought so far. */
  requests: number;
  readonly waiting: Exchange[];
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const turns = new WeakMap<Socket, Turn>();

/** Hands requests on one at a time per connection, in the order they came. */
function inTurn(
  server: Server,
  handle: Listener,
  { requestsPerConnection, waitingRequests, answerMs }: ServerLimits
): Listener {
  let allWaiting = 0;
  const turnOf = (socket: Socket) => {
    const known = turns.get(socket);
    if (known) {
      return known;
    }
    const turn: Turn = { requests: 0, waiting: [] };
    turns.set(socket, turn);
    socket.once('close', () => (allWaiting -= turn.waiting.splice(0).length));
    return turn;
  };
  const begin = ({ request, response }: Exchange, turn: Turn) => {
    const { socket } = request;
    if (socket.destroyed) {
      return;
    }
    const tooLong = setTimeout(() => socket.destroy(), answerMs).unref();
    response.once('close', () => {
      clearTimeout(tooLong);
      const next = turn.waiting.shift();
      turn.response = next?.response;
      if (next) {
        allWaiting--;
        // Lets other connections, and all else that this thread has to do, go first.
        setImmediate(() => begin(next, turn));
      }
      if (turn.waiting.length === 0) {
        socket.resume();
      }
      if (!next && !server.listening) {
        // The server is closing, for which Node closes only the connections that are idle when it begins.
        socket.destroySoon();
      }
    });
    handle(request, response);
  };
  return (request, response) => {
    const { socket } = request;
    const turn = turnOf(socket);
    turn.requests++;
    if (turn.requests === requestsPerConnection) {
      // Makes Node close the connection after this answer. Node's own limit would only tell the client to.
      response.setHeader('Connection', 'close');
    }
    if (socket.destroyed || turn.requests > requestsPerConnection) {
      // Node had read it together with an earlier one; nobody waits for its answer.
    } else if (!turn.response) {
      turn.response = response;
      begin({ request, response }, turn);
    } else if (allWaiting >= waitingRequests) {
      socket.destroy();
    } else {
      allWaiting++;
      turn.waiting.push({ request, response });
      // Node has read up to 64 KiB at once; no more until these are answered.
      socket.pause();
    }
  };
}

/** What to say to a client whose request could not be read, by the code of Node's error. */
const UNREADABLE: Readonly<Record<string, readonly [number, ErrorBody['error']]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, { code: 'invalid', message: 'The request took too long to arrive.' }],
  HPE_HEADER_OVERFLOW: [431, { code: 'too-large', message: 'The headers of the request are too large.' }],
};
const MALFORMED = [400, { code: 'invalid', message: 'The request is no HTTP/1.1.' }] as const;

/** Answers a request that could not be read, and closes its connection. Writes nothing into an answer that has begun. */
export function answerUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.writable && !turns.get(socket)?.response?.headersSent) {
    const [status, error] = UNREADABLE[code] ?? MALFORMED;
    const body = JSON.stringify({ error } satisfies ErrorBody);
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
    );
  }
  socket.destroy();
}
