import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { certificate } from './certificates';

const listening = async (server: { listen(port: number, host: string): unknown; address(): unknown }) => {
  await once(server.listen(0, '127.0.0.1') as Server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Two sockets that pass on what they get, until either ends. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.on('error', () => undefined).on('close', () => to.destroy());
    from.pipe(to);
  }
}

/** TLS in front of the server at that URL. Returns its port, and what stops it. */
export async function withTls(url: string, name = 'server'): Promise<{ port: number; stop: () => void }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createTlsServer(certificate(name), (socket) => {
    sockets.add(socket);
    join(socket, connect(Number(port), hostname));
  });
  server.on('tlsClientError', () => undefined);
  return {
    port: await listening(server),
    stop: () => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}

/** A proxy as companies have one: CONNECT for https, whole URLs for http. For http it plays an InfluxDB, too. */
export class TestProxy {
  /** What it was asked for: `CONNECT s3.test:443`, `GET http://influx.test/ping`. */
  readonly asked: string[] = [];
  /** What it answers instead; 0 closes the connection. */
  refuses?: number;
  /** What it wants as Proxy-Authorization: `USER:PASSWORD`. */
  wants?: string;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number
  ) {}

  /** Starts one. `targets`: the port of 127.0.0.1 that each host leads to. */
  static async start(targets: (host: string) => number): Promise<TestProxy> {
    const server = createServer();
    const proxy = new TestProxy(server, await listening(server));
    server.on('connection', (socket: Socket) => proxy.sockets.add(socket));
    server.on('connect', ({ url = '', headers }, socket: Socket) => {
      proxy.asked.push(`CONNECT ${url}`);
      const status = proxy.answer(headers['proxy-authorization']);
      if (status !== 200) {
        socket.end(status === 0 ? '' : `HTTP/1.1 ${status} No\r\nConnection: close\r\n\r\n`);
        return;
      }
      const target = connect(targets(url.split(':')[0]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        join(socket, target);
      });
      target.on('error', () => socket.destroy());
    });
    server.on('request', ({ method, url, headers }, response) => {
      proxy.asked.push(`${method} ${url}`);
      const status = proxy.answer(headers['proxy-authorization']);
      response.writeHead(status, status === 200 ? { 'X-Influxdb-Version': '1.8.10' } : {}).end('{}');
    });
    return proxy;
  }

  private answer(authorization: string | undefined): number {
    const wanted = this.wants === undefined ? undefined : `Basic ${Buffer.from(this.wants).toString('base64')}`;
    return this.refuses ?? (wanted === undefined || authorization === wanted ? 200 : 407);
  }

  stop(): void {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }
}
