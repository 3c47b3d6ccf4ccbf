import { z } from 'zod';

import { healthDetails, type HealthDetails } from '../../../contract/health';
import { toFailure } from '../../api/failure';
import { request } from '../../api/request';
import { readSettings, writeSettings, type Settings } from '../../api/settings';
import { sidecar } from '../../api/sidecar';
import { isOlder } from './Connection.utils';

/** A sidecar was not connected; the message says why. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/**
 * Tries a sidecar, and connects it if it works. A stored token cannot be read, so it could not be restored: new URL and token
 * are stored as a candidate, tried through a route of their own, and only then replace the old ones. A failure changes
 * nothing.
 * @param url URL of the sidecar as seen from the Grafana server
 * @param token a new token; undefined: the stored one
 * @throws ConnectionRefused when the sidecar does not work; GrafanaFailure when Grafana does not store it
 */
export async function connect(url: string, token: string | undefined): Promise<HealthDetails> {
  const settings = await readSettings();
  const { candidateUrl: _left, isProvisioned: _changedHere, ...jsonData } = settings.jsonData;
  await writeSettings(settings, {
    jsonData: { ...settings.jsonData, candidateUrl: url },
    // Empty removes a left-over token, and the stored one is tried.
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

/** Tests the connected sidecar. Throws {@link ConnectionRefused}. */
export async function test(): Promise<HealthDetails> {
  const { jsonData } = await readSettings();
  return sidecar.healthDetails().catch((error: unknown) => {
    throw new ConnectionRefused(connectionProblem(error, jsonData.sidecarUrl ?? ''));
  });
}

/** Ignores failures: a left-over candidate has no effect, and the next try replaces it. */
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

/** What a failed request says about the connection. */
export function connectionProblem(error: unknown, url: string): string {
  const { code, message } = toFailure(error);
  switch (code) {
    case 'unreachable':
      return `The Grafana server gets no answer at ${url}${/^https:/i.test(url) ? ', or does not trust its certificate' : ''}`;
    case 'unauthorized':
      return 'The sidecar rejected the token';
    case 'not-connected':
      return notASidecar(url);
    default:
      return message;
  }
}

const notASidecar = (url: string) => `What answers at ${url} is not a Flowscope sidecar of this version`;
