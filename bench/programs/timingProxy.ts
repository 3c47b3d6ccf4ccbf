/**
 * Passes requests on to an S3 stand-in that keeps no times, a process of its own: `timingProxy PORT URL`. `GET /-/times`
 * answers when the first and the last request of S3's came, ms, and forgets them, as s3Double does.
 */
import { Agent, createServer, request as send } from 'node:http';

const [port, target] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
let times: { first?: number; last?: number } = {};

createServer((request, response) => {
  if (request.url === '/-/times') {
    response.end(JSON.stringify(times));
    times = {};
    return;
  }
  times.first ??= performance.now();
  times.last = performance.now();
  const { method, headers, url } = request;
  const passed = send(new URL(url!, target), { method, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', (error) => response.destroy(error));
  request.pipe(passed);
}).listen(Number(port), '127.0.0.1');
