import { z } from 'zod';

import { PLUGIN_ID } from '../../contract/names';
import { grafana } from './grafana';

const URL_OF_SETTINGS = `/api/plugins/${PLUGIN_ID}/settings`;

/** The plugin's settings in Grafana. Keys that are unknown here are kept when they are saved. */
const jsonData = z.looseObject({
  sidecarUrl: z.string().optional(),
  /** The sidecar being tried, see Connection/connect.ts; may be left over from an interrupted try. */
  candidateUrl: z.string().optional(),
  /** Set by provisioning/plugins: changes made here are reverted when Grafana starts. */
  isProvisioned: z.boolean().optional(),
});

const settings = z.object({
  enabled: z.boolean(),
  pinned: z.boolean(),
  jsonData: jsonData.nullish().transform((data) => data ?? {}),
  secureJsonFields: z.record(z.string(), z.boolean()).nullish(),
  info: z.object({ version: z.string() }),
});

export interface Settings {
  readonly enabled: boolean;
  readonly pinned: boolean;
  readonly jsonData: z.infer<typeof jsonData>;
  /** Whether a token is stored; it cannot be read. */
  readonly hasToken: boolean;
  /** The version of the plugin. */
  readonly version: string;
}

export async function readSettings(signal?: AbortSignal): Promise<Settings> {
  const { secureJsonFields, info, ...rest } = await grafana(settings, 'GET', URL_OF_SETTINGS, { signal });
  return { ...rest, hasToken: secureJsonFields?.token === true, version: info.version };
}

/**
 * Stores the settings with changes. All of them are sent, because Grafana replaces `jsonData` as a whole and takes a missing
 * `enabled` for false. Secrets are merged by key instead, and an empty one is removed.
 */
export async function writeSettings(
  { enabled, pinned, jsonData }: Settings,
  change: {
    enabled?: boolean;
    pinned?: boolean;
    jsonData?: Settings['jsonData'];
    secureJsonData?: { token?: string; candidateToken?: string };
  }
): Promise<void> {
  await grafana(z.unknown(), 'POST', URL_OF_SETTINGS, { body: { enabled, pinned, jsonData, ...change } });
}

/** Whether URL and token of the sidecar are set. */
export const isConnected = ({ jsonData, hasToken }: Settings) => Boolean(jsonData.sidecarUrl) && hasToken;
