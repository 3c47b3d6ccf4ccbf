import { z } from 'zod';

import type { HealthDetails } from '../../../contract/health';

export const DEFAULT_URL = 'http://127.0.0.1:9555';

const WITHOUT_CREDENTIALS = /^https?:\/\/[^/]*@/;

/** The form. An empty token stands for the stored one. */
export const connectionForm = (hasToken: boolean) =>
  z.object({
    sidecarUrl: z
      .string()
      .trim()
      .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), `A URL looks like ${DEFAULT_URL}`)
      .refine(
        (url) => !WITHOUT_CREDENTIALS.test(url),
        'No user or password in the URL: the sidecar asks for the token only'
      )
      .refine((url) => !/[?#]/.test(url), 'Leave out what follows ? or #')
      .transform((url) => url.replace(/\/+$/, '')),
    token: z
      .string()
      .trim()
      .refine((token) => hasToken || token !== '', 'Enter the token: the sidecar answers nobody without it')
      .refine(
        (token) => token === '' || /^[\x21-\x7e]{16,256}$/.test(token),
        'A token has 16 to 256 characters, no spaces'
      ),
  });
export type ConnectionForm = z.infer<ReturnType<typeof connectionForm>>;

/** Whether a version is older than another; one that is not numbers and dots never is. */
export function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) =>
    /^v?(\d+)\.(\d+)(?:\.(\d+))?/
      .exec(text)
      ?.slice(1)
      .map((digits) => Number(digits ?? 0));
  const [one, other] = [numbers(version), numbers(than)];
  const differing = one?.findIndex((number, place) => number !== other?.[place]) ?? -1;
  return one !== undefined && other !== undefined && differing >= 0 && one[differing] < other[differing];
}

/** Why InfluxDB does not work, as the sidecar reports it; undefined when it works. */
export function storeProblem({ store, storeUrl, storeError, storeReason }: HealthDetails): string | undefined {
  const reason = storeReason ?? storeError ?? 'it does not answer';
  return store === 'ok' ? undefined : `The sidecar works, InfluxDB at ${storeUrl} does not: ${reason}`;
}
