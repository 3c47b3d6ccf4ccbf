import type { RequestListener } from 'node:http';

/** A call to {@link fakeEc2}: `account`: whose keys it is signed with. */
export interface FakeCall {
  readonly action: string;
  readonly account: string;
  readonly region: string;
}

/** An answer of {@link fakeEc2}: what is inside its XML, or an error. */
export type FakeAnswer = string | { readonly status: number; readonly code: string; readonly message?: string };

/** The id of the account whose keys Flowscope has itself; a role is of the account in its ARN. */
export const OWN_ACCOUNT = '111122223333';

const LISTS: Readonly<Record<string, string>> = {
  DescribeVpcs: 'vpcSet',
  DescribeSubnets: 'subnetSet',
  DescribeInstances: 'reservationSet',
  DescribeNetworkInterfaces: 'networkInterfaceSet',
};

/**
 * An EC2 and an STS that answer as a test wants, and a store that takes everything. What `answer` leaves undefined is empty, but
 * AssumeRole and GetCallerIdentity, and DescribeRegions, which answers with `regions`.
 */
export function fakeEc2(
  regions: readonly string[],
  answer: (call: FakeCall) => FakeAnswer | undefined = () => undefined
): { readonly listener: RequestListener; readonly calls: FakeCall[] } {
  const calls: FakeCall[] = [];
  const usual = ({ action, account }: FakeCall, form: URLSearchParams): string => {
    switch (action) {
      case 'AssumeRole': {
        const role = /::(\d{12}):/.exec(form.get('RoleArn') ?? '')?.[1];
        const expires = new Date(Date.now() + 3600_000).toISOString();
        return `<AssumeRoleResult><Credentials><AccessKeyId>ASIA${role}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>
          <SessionToken>x</SessionToken><Expiration>${expires}</Expiration></Credentials></AssumeRoleResult>`;
      }
      case 'GetCallerIdentity':
        return `<GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult>`;
      case 'DescribeRegions': {
        const items = regions.map((name) => `<item><regionName>${name}</regionName></item>`);
        return `<regionInfo>${items.join('')}</regionInfo>`;
      }
      default:
        return LISTS[action] === undefined ? '' : `<${LISTS[action]}></${LISTS[action]}>`;
    }
  };
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const action = form.get('Action');
      if (action === null) {
        // The store: it has nothing to say, whatever it is asked.
        const isWrite = request.url?.startsWith('/write');
        response.writeHead(isWrite ? 204 : 200).end(isWrite ? undefined : '{"results":[{}]}');
        return;
      }
      const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
      const call = { action, account: /^ASIA(\d{12})/.exec(key)?.[1] ?? OWN_ACCOUNT, region };
      calls.push(call);
      const given = answer(call) ?? usual(call, form);
      const [status, xml] =
        typeof given === 'string'
          ? [200, `<${action}Response>${given}</${action}Response>`]
          : [given.status, errorOf(given.code, given.message ?? 'no')];
      response.writeHead(status, { 'Content-Type': 'text/xml' }).end(xml);
    });
  };
  return { listener, calls };
}

/** As EC2 and STS say it: each finds its own in it. */
const errorOf = (code: string, message: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Response>`;
