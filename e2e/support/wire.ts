import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Person } from '../world/description';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends Grafana a request for a path exactly as it is written: other HTTP clients would normalise it. */
export type Ask = (method: string, path: string, body?: object) => Promise<Answer>;

/** Requests as a person who has signed in, or without signing in. Throws when Grafana refuses the sign-in. */
export async function asking(grafanaUrl: string, person?: Person): Promise<Ask> {
  const headers: Record<string, string> = {};
  if (person) {
    const answer = await fetch(`${grafanaUrl}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(person),
    });
    if (!answer.ok) {
      throw new Error(`${person.user} cannot sign in: ${answer.status} ${await answer.text()}`);
    }
    headers.Cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }
  const { hostname, port } = new URL(grafanaUrl);
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const json = body && JSON.stringify(body);
      // Node would send the body of a DELETE without saying how long it is.
      const length = json && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) };
      const sent = request({ hostname, port, method, path, headers: { ...headers, ...length } }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode!, body: answer }), reject);
      });
      sent.on('error', reject);
      sent.end(json);
    });
}
