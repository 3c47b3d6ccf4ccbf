import { HttpResponse } from 'msw';

import { changeFlowLogs, flowLogPage, flowLogsChanged, type FlowLogOverlap } from '../../../contract/flowLogs';
import { answers, server } from '../../test/server';
import type { AllFlowLogs, FlowLog } from './FlowLogs.hooks';

const STALE = { code: 'stale', message: 'The list of flow logs was changed meanwhile: reload it.' };

export const NOW = Math.floor(Date.now() / 1000);

/** A flow log that is enabled, unless `more` says otherwise. */
export function made(id: string, more: Partial<FlowLog> = {}): FlowLog {
  return {
    id,
    account: '111122223333',
    region: 'eu-west-1',
    columns: ['start', 'end', 'action'],
    interval: 60,
    actions: ['ACCEPT', 'REJECT'],
    firstSeen: NOW - 90 * 86_400,
    lastSeen: NOW - 60,
    records: 9,
    recordsPerMinute: 12.34,
    enabled: true,
    health: 'receiving',
    ...more,
  };
}

/** Two flow logs that log the same interface; each has one more besides. */
export const OVERLAP: FlowLogOverlap = {
  flowLogs: ['fl-0a', 'fl-0b'],
  interfaces: 1,
  examples: ['eni-1'],
  actions: ['ACCEPT'],
  since: NOW - 3600,
  until: NOW - 900,
  only: [
    { fields: ['tcp-flags'], actions: ['REJECT'], interfaces: 7, examples: ['eni-2', 'eni-3'] },
    { fields: [], actions: [], interfaces: 0, examples: [] },
  ],
};

/** A sidecar that keeps flow logs, as far as this tab knows it. */
export function sidecarWith(items: FlowLog[], more: Partial<AllFlowLogs> = {}) {
  let known: AllFlowLogs = { items, total: items.length, version: 1, overlaps: [], leftOut: [], ...more };
  const asked: unknown[] = [];
  server.use(
    answers(flowLogPage, 'get', 'admin/flow-logs', () => known),
    answers(flowLogsChanged, 'patch', 'admin/flow-logs', async ({ request }) => {
      const body = changeFlowLogs.parse(await request.json());
      if (request.headers.get('If-Match') !== `"${known.version}"`) {
        throw HttpResponse.json({ error: STALE }, { status: 412 });
      }
      asked.push(body);
      const health = body.enabled ? 'receiving' : 'disabled';
      const switched = (one: FlowLog) => (body.ids.includes(one.id) ? { ...one, enabled: body.enabled, health } : one);
      const overlaps = known.overlaps.filter(({ flowLogs }) => body.enabled || !flowLogs.includes(body.ids[0]));
      known = { ...known, items: known.items.map(switched) as FlowLog[], overlaps, version: known.version + 1 };
      return { version: known.version };
    })
  );
  /** Somebody else changes something. */
  const changeMeanwhile = () => {
    known = { ...known, version: known.version + 1 };
  };
  return { asked, changeMeanwhile };
}
