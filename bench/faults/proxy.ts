import { once } from 'node:events';
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { callOf, type Asked, type ServerName } from './calls';

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What a proxy does with a request, other than passing it and its answer on. */
export interface Treatment {
  /** Done before the request is passed on. */
  readonly before?: () => void;
  /** Whether it reaches its server. Default: it does. */
  readonly isPassed?: boolean;
  /** What reaches it in place of the body. */
  readonly body?: Buffer;
  /** What is answered in place of the server's answer; undefined: the connection is reset. */
  readonly answer?: (true_: Answer | undefined) => Answer | undefined;
  /** Whether the connection ends in the middle of the answer's body. */
  readonly isCut?: boolean;
  /** How long the answer, or the end of the connection, is held back. Milliseconds. */
  readonly delayMs?: number;
}

/** Who decides what becomes of requests, and is told what was answered. */
export interface FaultInjector {
  treat(asked: Asked): Treatment | undefined;
  /** An answer was given whole, to a request that its server had answered so; called before the sidecar has it. */
  answered(asked: Asked, answer: Answer): void;
}

const NO_CONTENT = 204;

/** Of each request a connection of its own: one that a killed server left behind would look like a fault of ours. */
const agent = new Agent({ keepAlive: false });

/** A proxy in front of a server, through which all requests of one kind go. */
export class FaultProxy {
  /** Undefined: everything is passed on. */
  injector: FaultInjector | undefined;
  private readonly server = createServer((request, response) => {
    // Either side may go away at any time.
    this.handle(request, response).catch(() => response.destroy());
  });

  private constructor(
    private readonly name: ServerName,
    private readonly target: string
  ) {}

  static async start(name: ServerName, target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(name, target);
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close().closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const said = { method, url, headers, body: await bodyOf(request) };
    const asked: Asked = { server: this.name, call: callOf(this.name, said), ...said };
    const { injector } = this;
    const treatment = injector?.treat(asked) ?? {};
    treatment.before?.();
    const isPassed = treatment.isPassed !== false;
    const answer = isPassed ? await this.pass(asked, treatment.body ?? asked.body).catch(() => undefined) : undefined;
    if (treatment.delayMs) {
      await sleep(treatment.delayMs);
    }
    const told = treatment.answer ? treatment.answer(answer) : answer;
    if (!told) {
      response.destroy();
      return;
    }
    if (told === answer && !treatment.isCut) {
      injector?.answered(asked, told);
    }
    const { 'transfer-encoding': _chunked, connection: _kept, ...rest } = told.headers;
    const length = told.status === NO_CONTENT ? {} : { 'content-length': String(told.body.length) };
    response.writeHead(told.status, { ...rest, ...length });
    if (treatment.isCut) {
      response.write(told.body.subarray(0, told.body.length >> 1), () => response.destroy());
    } else {
      response.end(told.body);
    }
  }

  private async pass({ method, url, headers }: Asked, body: Buffer): Promise<Answer> {
    const { 'transfer-encoding': _chunked, ...rest } = headers;
    const passed = send(this.target + url, {
      method,
      headers: { ...rest, 'content-length': String(body.length) },
      agent,
      // InfluxDB repeats what it refuses in a header, as it came.
      insecureHTTPParser: true,
    });
    passed.end(body);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    return { status: answer.statusCode!, headers: answer.headers, body: await bodyOf(answer) };
  }
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
