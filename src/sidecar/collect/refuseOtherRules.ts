import { otherRulesMessage } from '../registry/otherRules';
import type { Registry } from '../registry/registry';
import { RULES_VERSION } from '../rollup/terms';
import { hasExporterTag } from '../store/claim';
import type { InfluxClient } from '../store/influx';
import { CommandFailed } from '../util/commandError';

/**
 * Refuses to collect where objects were collected under other rules: what they made cannot be told apart from, or added to, what
 * is made now. Throws {@link CommandFailed}, and `InfluxError` when the store does not answer.
 */
export async function refuseOtherRules(
  registry: Pick<Registry, 'otherRulesVersion'>,
  client: InfluxClient
): Promise<void> {
  const { database } = client.settings;
  const planned = await registry.otherRulesVersion(RULES_VERSION);
  if (planned !== undefined) {
    throw new CommandFailed(otherRulesMessage(`The registry has collected under rules version ${planned}`));
  }
  if (await hasExporterTag(client)) {
    throw new CommandFailed(otherRulesMessage(`The database ${database} holds data of rules version 1`));
  }
}
