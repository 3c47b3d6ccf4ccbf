import { z } from 'zod';

import { healthDetails, type HealthDetails } from '../../../contract/health';
import { toFailure } from '../../api/failure';
import { request } from '../../api/request';
import { readSettings, writeSettings, type Settings } from '../../api/settings';
import { sidecar } from '../../api/sidecar';
import { isOlder } from './Connection.utils';

/** Why a sidecar was not connected, in a sentence. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/**
 * Tries a sidecar, and connects it when it works. A stored token cannot be read, so it could not be put back: what is new is
 * stored beside what works, tried on a route of its own, and takes its place only then. So a failure leaves everything as it
 * was.
 * @param url the sidecar as Grafana sees it
 * @param token a new one; undefined: the stored one
 * @throws ConnectionRefused when it does not work; GrafanaFailure when Grafana stores nothing
 */
export async function connect(url: string, token: string | undefined): Promise<HealthDetails> {
  const settings = await readSettings();
  const { candidateUrl: _left, isProvisioned: _changedHere, ...jsonData } = settings.jsonData;
  await writeSettings(settings, {
    jsonData: { ...settings.jsonData, candidateUrl: url },
    // Empty: one that was left behind is removed, and the stored token is tried.
    secureJsonData: { candidateToken: token ?? '' },
  });
  let details: HealthDetails;
  try {
    details = await tryCandidate(url, settings.version);
  } catch (error) {
    await forgetCandidate(settings);
    throw error;
  }
  await writeSettings(settings, {
    jsonData: { ...jsonData, sidecarUrl: url },
    secureJsonData: { candidateToken: '', ...(token !== undefined && { token }) },
  });
  return details;
}

/** Asks the sidecar that is connected. Throws {@link ConnectionRefused}. */
export async function test(): Promise<HealthDetails> {
  const { jsonData } = await readSettings();
  return sidecar.healthDetails().catch((error: unknown) => {
    throw new ConnectionRefused(connectionProblem(error, jsonData.sidecarUrl ?? ''));
  });
}

/** What is left of a candidate does nothing, and the next one removes it: not worth a second message. */
async function forgetCandidate(settings: Settings): Promise<void> {
  const { candidateUrl: _tried, ...jsonData } = settings.jsonData;
  await writeSettings(settings, { jsonData, secureJsonData: { candidateToken: '' } }).catch(() => undefined);
}

async function tryCandidate(url: string, pluginVersion: string): Promise<HealthDetails> {
  let answer: unknown;
  try {
    answer = await request(z.unknown(), 'GET', 'admin/health', { via: 'candidate' });
  } catch (error) {
    throw new ConnectionRefused(connectionProblem(error, url));
  }
  const version = z.object({ version: z.string() }).safeParse(answer);
  if (version.success && isOlder(version.data.version, pluginVersion)) {
    throw new ConnectionRefused(`Sidecar ${version.data.version} is older than this plugin: upgrade it`);
  }
  const details = healthDetails.safeParse(answer);
  if (!details.success) {
    throw new ConnectionRefused(notASidecar(url));
  }
  return details.data;
}

/** A failed request as what it says about a sidecar. */
export function connectionProblem(error: unknown, url: string): string {
  const { code, message } = toFailure(error);
  switch (code) {
    case 'unreachable':
      return `Nothing answers at ${url} from the Grafana server`;
    case 'unauthorized':
      return 'The sidecar rejected the token';
    case 'not-connected':
      return notASidecar(url);
    default:
      return message;
  }
}

const notASidecar = (url: string) => `What answers at ${url} is not a Flowscope sidecar of this version`;
