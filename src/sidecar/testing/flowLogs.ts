import type { Registry } from '../registry/registry';
import { hashOf, proposal } from './registry';

const SLOT = 300;

/** The flow logs of {@link logTwice}, by what their headers have. */
export const TWO_FLOW_LOGS = {
  'fl-a': { columns: ['start', 'action', 'tcp-flags'], logged: ['eni-1', 'eni-3'] },
  'fl-b': { columns: ['start', 'action', 'vpc-id'], logged: ['eni-1', 'eni-2'] },
};

/** What {@link logTwice} makes the registry find. */
export const OVERLAP = {
  ...{ flowLogs: ['fl-a', 'fl-b'], interfaces: 1, examples: ['eni-1'], actions: ['ACCEPT'] },
  only: [
    { fields: ['tcp-flags'], actions: [], interfaces: 1, examples: ['eni-3'] },
    { fields: ['vpc-id'], actions: [], interfaces: 1, examples: ['eni-2'] },
  ],
};

/** Two slots before `now` (Unix seconds), in which two flow logs log an interface, and each another one as well; they are compared. */
export async function logTwice(registry: Registry, now: number): Promise<void> {
  const disabled = await registry.disabledFlowLogs();
  for (const [id, { columns, logged }] of Object.entries(TWO_FLOW_LOGS)) {
    const flowLog = { id, account: '111122223333', region: 'eu-west-1', columns };
    const isFlowLogDisabled = disabled.includes(id);
    const wanted = proposal({ identity: `${id} ${now}`, sha256: hashOf(`${id} ${now}`), exporters: [], flowLog });
    await registry.grantPlan({ ...wanted, terms: { ...wanted.terms, isFlowLogDisabled } }, now);
    for (const since of [now - 2 * SLOT, now - SLOT]) {
      const slot = logged.map((eni) => ({ interface: eni, action: 'ACCEPT', since, until: since + 240 }));
      await registry.noteLogged(id, slot, isFlowLogDisabled, now);
    }
  }
  await registry.recordFlowLogFindings(await registry.findInFlowLogs(now));
}
