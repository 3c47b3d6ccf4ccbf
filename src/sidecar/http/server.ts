import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorBody } from '../../contract/common';

/** What clients may take up. Times are milliseconds. */
export interface ServerLimits {
  /** Connections at a time; more are closed as they come. */
  readonly connections: number;
  /** Maximum requests of a connection: it is closed after the answer to the last. */
  readonly requestsPerConnection: number;
  /** Requests, of all connections, that wait behind the one of theirs that is being answered; who brings more is closed. */
  readonly waitingRequests: number;
  readonly headerBytes: number;
  /** How long the headers of a request, and all of it, may take to arrive. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often it is looked whether they took too long. */
  readonly checkMs: number;
  /** How long an answer may take, from the turn of its request until the client has taken all of it. */
  readonly answerMs: number;
  /** How long a connection may stay without a request. Go's clients, such as Grafana's proxy, give it up after 90 s. */
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

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * An HTTP server that no client can fill: connections, requests of each and bytes that wait for a reader are bounded.
 *
 * Node reads the requests of a connection as they come, whether or not their answers are read. Here a request is handed on
 * only when the answer before it has left this process, and meanwhile nothing more is read from its connection; so what
 * waits for a slow reader is one answer per connection.
 */
export function boundedServer(handle: Listener, limits: ServerLimits, log: (message: string) => void): Server {
  const { headersMs: headersTimeout, requestMs: requestTimeout, idleMs: keepAliveTimeout } = limits;
  const server = createServer({
    ...{ maxHeaderSize: limits.headerBytes, headersTimeout, requestTimeout, keepAliveTimeout },
    connectionsCheckingInterval: limits.checkMs,
  });
  server.on('request', inTurn(server, handle, limits));
  // Any expectation but 100-continue may be passed over: RFC 9110, 10.1.1. Node would answer it out of turn.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.maxConnections = limits.connections;
  // Of a connection on which nothing moves, whatever the reason.
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

/** What a connection is at: the answer that is under way, and the requests behind it. */
interface Turn {
  response?: ServerResponse;
  /** Requests that it brought so far. */
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
        // After those of other connections, and all else that this thread has to do.
        setImmediate(() => begin(next, turn));
      }
      if (turn.waiting.length === 0) {
        socket.resume();
      }
      if (!next && !server.listening) {
        // Closing: Node closes only the connections that are idle when it begins.
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
      // Node closes the connection behind this answer. Its own limit would only tell the client to.
      response.setHeader('Connection', 'close');
    }
    if (socket.destroyed || turn.requests > requestsPerConnection) {
      // Node had read it before; nobody waits for its answer.
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

/** Answers a request that could not be read, and closes its connection. Nothing is put into an answer that is under way. */
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
