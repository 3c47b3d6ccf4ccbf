import { act, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';

import { PLUGIN_ID } from '../../contract/names';
import { server } from './server';

/** Nothing answers behind Grafana's proxy; that it does not can be held back. */
export function sidecarIsAway() {
  const asked = new Set<string>();
  let held = Promise.resolve();
  let answer = () => {};
  server.use(
    http.all(`*/api/plugin-proxy/${PLUGIN_ID}/sidecar/v1/*`, async ({ request }) => {
      asked.add(new URL(request.url).pathname.split('/v1/')[1]);
      await held;
      return new HttpResponse(null, { status: 502, statusText: 'Bad Gateway' });
    })
  );
  return {
    /** Has it asked again, as polling does, once what was asked before is answered; the paths then wait for their answer. */
    async askAgain(...paths: string[]) {
      answer();
      asked.clear();
      held = new Promise((resolve) => (answer = resolve));
      await waitFor(() => {
        act(() => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
        expect([...asked]).toEqual(expect.arrayContaining(paths));
      });
    },
    answer: () => answer(),
  };
}
