import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * How a request hangs: `unasked` never reaches the server; `unanswered` does, but its answer is never sent; `halfway` stops in
 * the middle of the answer's body; `dripping` sends five bytes of it per second.
 */
export type Hanging = 'unasked' | 'unanswered' | 'halfway' | 'dripping';

/** An answer instead of the server's. */
export interface Instead {
  readonly status: number;
  readonly body: string;
}

/** A request, as far as tests distinguish them. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** A proxy in front of a server that can let requests hang or answer them itself. */
export class HangingProxy {
  /** Decides how a request hangs or is answered; undefined, or once a promise of that resolves: it is passed on. */
  hang: (asked: Asked) => Hanging | Instead | Promise<undefined> | undefined = () => undefined;
  /** Resolves with the first request that hangs. */
  readonly hangs = Promise.withResolvers<void>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly server = createServer((request, response) => {
    // Either side may go away at any time.
    this.pass(request, response).catch(() => response.destroy());
  });

  private constructor(private readonly target: string) {}

  /** Starts a proxy in front of the server at that URL. */
  static async start(target: string): Promise<HangingProxy> {
    const proxy = new HangingProxy(target);
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.timers.forEach(clearInterval);
    this.server.close().closeAllConnections();
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const body = await read(request);
    const how = await this.hang({ method, url, body: body.toString('latin1') });
    if (how) {
      this.hangs.resolve();
    }
    if (how === 'unasked') {
      return;
    }
    if (typeof how === 'object') {
      response.writeHead(how.status, { 'Content-Type': 'application/json' }).end(how.body);
      return;
    }
    const forwarded = httpRequest(this.target + url, { method, headers });
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const bytes = await read(answer);
    if (how === 'unanswered') {
      return;
    }
    response.writeHead(answer.statusCode!, answer.headers);
    if (how === undefined) {
      response.end(bytes);
      return;
    }
    let sent = how === 'halfway' ? Math.floor(bytes.length / 2) : 1;
    response.write(bytes.subarray(0, sent));
    if (how === 'dripping') {
      const drip = () => response.write(bytes.subarray(sent, ++sent));
      const timer = setInterval(() => (sent < bytes.length - 1 ? drip() : undefined), 200);
      this.timers.add(timer);
      response.once('close', () => clearInterval(timer));
    }
  }
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
