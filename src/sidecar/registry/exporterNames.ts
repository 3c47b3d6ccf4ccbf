import { exporterPlace } from '../../contract/exporterTitle';
import type { Registry } from './registry';

/** What people call an exporter: its VPC, subnet or interface, and its account; each missing where it has no description. */
interface ExporterNames {
  readonly name?: string;
  readonly accountName?: string;
}

/** Looks up the names of these exporters at once; answers what tells those of each. */
export async function namesOfExporters(
  registry: Pick<Registry, 'findDescriptions'>,
  exporters: ReadonlyArray<{ readonly id: string; readonly account: string }>
): Promise<(exporter: { readonly id: string; readonly account: string }) => ExporterNames> {
  const names = await registry.findDescriptions(exporters.flatMap(({ id, account }) => [exporterPlace(id), account]));
  return ({ id, account }) => ({ name: names[exporterPlace(id)], accountName: names[account] });
}
