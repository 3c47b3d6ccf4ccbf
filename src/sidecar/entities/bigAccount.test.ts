import type { RequestListener } from 'node:http';
import { openRegistry } from '../registry/registry';
import { withServer } from '../testing/influx';
import type { EntityPublisher } from './publish';
import { syncEntities } from './sync';

const MANY = 130_000;

/** An EC2 that has many VPCs and nothing else, and an STS. */
const bigAccount: RequestListener = (request, response) => {
  // A connection that idles while this process works would be closed just when it is used again.
  response.setHeader('Connection', 'close');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const action = new URLSearchParams(Buffer.concat(chunks).toString()).get('Action');
    const vpcs = Array.from({ length: MANY }, (_, i) => `<item><vpcId>vpc-${i}</vpcId></item>`).join('');
    const set = action === 'DescribeVpcs' ? `<vpcSet>${vpcs}</vpcSet>` : '';
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(`<${action}Response>${set}</${action}Response>`);
  });
};

describe('an account with more than a call can have arguments', () => {
  const before = { ...process.env };
  beforeEach(() => Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }));
  afterEach(() => {
    process.env = { ...before };
  });

  it('is read and kept whole, in one page of answers too', async () => {
    const registry = openRegistry(':memory:');
    try {
      const result = await withServer(bigAccount, (url) => {
        Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1' });
        // Names are written some at a time, however many there are.
        const publisher = { publishAll: () => Promise.resolve() } as EntityPublisher;
        return syncEntities(registry, publisher, () => ({}));
      });
      expect(result.regions).toMatchObject([{ kinds: { vpc: { found: MANY } } }]);
      expect(result.regions[0].error).toBeUndefined();
      expect(await registry.listEntities()).toHaveLength(MANY);
    } finally {
      await registry.close();
    }
  }, 60_000);
});
