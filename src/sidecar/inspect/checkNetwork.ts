import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { endpointOf } from '../aws/endpoint';
import { authoritiesIn, proxies, proxyOf } from '../util/network';
import type { Outcome } from './checkFaults';

type Note = NonNullable<Outcome['notes']>[number];

const note = (message: string): Note => ({ state: 'note', message });

/** What of the settings of the network concerns a source: proxies, private authorities, FIPS and dual-stack. Nothing is called. */
export async function networkNotes(s3: S3Client, bucket: string, storeUrl: string | undefined): Promise<Note[]> {
  // A name that is no endpoint's is for other rows to say.
  const endpoint = await endpointOf(s3, new ListObjectsV2Command({ Bucket: bucket })).catch(() => undefined);
  const places: ReadonlyArray<readonly [string, URL]> = [
    ...(endpoint ? ([['S3', endpoint]] as const) : []),
    ...(storeUrl !== undefined && URL.canParse(storeUrl) ? ([['InfluxDB', new URL(storeUrl)]] as const) : []),
  ];
  const asked = [
    ...((await s3.config.useFipsEndpoint()) ? ['FIPS (AWS_USE_FIPS_ENDPOINT)'] : []),
    ...((await s3.config.useDualstackEndpoint()) ? ['dual-stack (AWS_USE_DUALSTACK_ENDPOINT)'] : []),
  ];
  return [
    ...(asked.length > 0 && endpoint ? [note(`S3 is called at ${endpoint.host}: ${asked.join(' and ')}`)] : []),
    ...(proxies().length === 0 ? [] : places.map(([name, url]) => note(wayTo(name, url)))),
    ...authorityNotes(process.env.FLOWSCOPE_CA_FILE),
  ];
}

function wayTo(name: string, url: URL): string {
  const proxy = proxyOf(url);
  return proxy
    ? `${name} at ${url.host} is called through the proxy ${proxy.url} (${proxy.setting})`
    : `${name} at ${url.host} is called without a proxy`;
}

function authorityNotes(path: string | undefined): Note[] {
  if (!path) {
    return [];
  }
  const authorities = authoritiesIn(path);
  const expired = authorities.filter(({ validTo }) => Date.parse(validTo) < Date.now());
  return [
    note(`Authorities in ${path} are trusted, too (FLOWSCOPE_CA_FILE): ${authorities.length}`),
    ...expired.map(({ subject, validTo }): Note => ({
      state: 'warn',
      message: `The authority ${subject.replaceAll('\n', ', ')} in ${path} has expired (${validTo})`,
    })),
  ];
}
