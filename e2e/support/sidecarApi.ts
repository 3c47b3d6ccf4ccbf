import { expect } from '@playwright/test';
import type { WorldDescription } from '../world/description';

/** The sidecar's API, called without Grafana: to clean up, and to see what the pages have done. Throws when it refuses. */
export async function callSidecar<T>(
  { sidecar }: Pick<WorldDescription, 'sidecar'>,
  method: string,
  path: string,
  { body, version }: { body?: object; version?: number } = {}
): Promise<T> {
  const response = await fetch(`${sidecar.url}/v1/admin/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${sidecar.token}`,
      ...(version !== undefined && { 'If-Match': `"${version}"` }),
      ...(body && { 'Content-Type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`The sidecar refused ${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return (await response.json()) as T;
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/** Until when (Unix seconds) the traffic that reports show is complete; 0 while that is not known. */
export async function completeUntil(world: WorldDescription): Promise<number> {
  const { items } = await callSidecar<{ items: Array<Named & { completeUntil?: number }> }>(world, 'GET', 'sources');
  return items.find(({ name }) => name === world.company.source)?.completeUntil ?? 0;
}

/** Removes every source but the one whose traffic reports show. */
export function removeOtherSources(world: WorldDescription): Promise<void> {
  return removeAllBut([world.company.source], world, 'sources');
}

/** Removes every account but those of the company. */
export function removeOtherAccounts(world: WorldDescription): Promise<void> {
  return removeAllBut(world.company.accountNames, world, 'accounts');
}

/** Removes the names of these networks, where they have one. */
export async function removeNetworks(world: WorldDescription, cidrs: readonly string[]): Promise<void> {
  const { items } = await callSidecar<{ items: Array<{ cidr: string }> }>(world, 'GET', 'networks');
  for (const { cidr } of items.filter((network) => cidrs.includes(network.cidr))) {
    await callSidecar(world, 'DELETE', `networks?cidr=${cidr}`);
  }
}

async function removeAllBut(kept: readonly string[], world: WorldDescription, path: string): Promise<void> {
  const { items } = await callSidecar<{ items: Named[] }>(world, 'GET', path);
  for (const { id, version } of items.filter(({ name }) => !kept.includes(name))) {
    await callSidecar(world, 'DELETE', `${path}/${id}`, { version });
  }
}

/** Reads all names from AWS, and waits until they are read. */
export async function readNamesAgain(world: WorldDescription): Promise<void> {
  const { id } = await callSidecar<{ id: string }>(world, 'POST', 'descriptions/sync');
  const state = async () => (await callSidecar<{ state: string }>(world, 'GET', `jobs/${id}`)).state;
  await expect.poll(state, { timeout: 60_000 }).toBe('done');
}

interface Exporters {
  readonly items: ReadonlyArray<{ readonly id: string; readonly enabled: boolean }>;
  readonly version: number;
}

/** Enables every exporter. */
export async function enableAllExporters(world: WorldDescription): Promise<void> {
  const { items, version } = await callSidecar<Exporters>(world, 'GET', 'exporters');
  const ids = items.filter(({ enabled }) => !enabled).map(({ id }) => id);
  if (ids.length > 0) {
    await callSidecar(world, 'PATCH', 'exporters', { version, body: { ids, enabled: true } });
  }
}
