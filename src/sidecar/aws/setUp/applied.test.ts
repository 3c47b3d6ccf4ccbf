import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { capture, ensureAwsTools } from '../../../../scripts/services';
import type { CheckResult } from '../../../contract/checks';
import { SET_UP_SCOPES, type FlowLogSetUp, type SetUpScope } from '../../../contract/flowLogSetUp';
import { RECOMMENDED_FIELDS } from '../../records/recommendedFields';
import { REGION, World } from '../../testing/world';
import { LOG_FORMAT } from './contents';
import { setUpWays } from './setUp';

const world = World.forTests({ ownAws: true });

/** The account of the local AWS. */
const ACCOUNT = '123456789012';
const DOCS = resolve('docs/aws');
const filesOf = (folder: string, ending: string) =>
  readdirSync(join(DOCS, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(DOCS, folder, name));

let bin: string;
beforeAll(async () => {
  bin = await ensureAwsTools();
  // For queues, the AWS CLI would go by what the environment says of AWS's place only if told so by an option.
  const command = `#!/bin/sh\nexec ${join(bin, 'aws')} --endpoint-url ${world.awsUrl} "$@"\n`;
  writeFileSync(join(world.folder, 'aws'), command, { mode: 0o755 });
});

const env = () => ({
  ...{ PATH: `${world.folder}:${bin}:${process.env.PATH}`, HOME: world.folder },
  ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: REGION, AWS_REGION: REGION },
});

/** Runs a command of the tools; returns what it printed. Throws with its output if it fails. */
async function ran(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, output } = await capture(
    command === 'aws' ? join(world.folder, 'aws') : join(command === 'sh' ? '/bin' : bin, command),
    args,
    { env: env(), cwd: world.folder }
  );
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${output}`);
  }
  return stdout;
}
const aws = async <T>(...args: string[]) => JSON.parse(await ran('aws', ...args, '--output', 'json')) as T;

it('cfn-lint finds nothing in the templates', async () => {
  const files = filesOf('cloudformation', '.yaml');
  expect(files).toHaveLength(SET_UP_SCOPES.length);
  expect(await ran('cfn-lint', '--regions', 'eu-west-1', 'us-gov-west-1', 'cn-north-1', '--', ...files)).toBe('');
});

it('Terraform’s language is what the configurations are written in', async () => {
  const files = filesOf('terraform', '.tf');
  expect(files).toHaveLength(SET_UP_SCOPES.length);
  for (const file of files) {
    const { resource } = JSON.parse(await ran('hcl2tojson', file)) as { resource: object[] };
    expect(resource.length).toBeGreaterThan(0);
  }
});

/** An object as a flow log of this format delivers it: one record. */
function objectOf(fields: readonly string[]): { key: string; body: Buffer } {
  const at = Math.floor(Date.now() / 60_000) * 60 - 300;
  const values: Readonly<Record<string, string | number>> = {
    ...{ 'account-id': ACCOUNT, 'interface-id': 'eni-1', 'vpc-id': 'vpc-1', srcaddr: '10.0.0.1', dstaddr: '10.0.0.2' },
    ...{ srcport: 40000, dstport: 443, protocol: 6, packets: 1, bytes: 100, start: at, end: at + 59 },
    ...{ action: 'ACCEPT', 'log-status': 'OK', 'flow-direction': 'ingress', 'tcp-flags': 2 },
  };
  const slot = new Date(at * 1000).toISOString().replace(/[-:]/g, '').slice(0, 13);
  return {
    key: `AWSLogs/${ACCOUNT}/vpcflowlogs/${REGION}/2026/12/01/${ACCOUNT}_vpcflowlogs_${REGION}_fl-0a1_${slot}Z_0a1b2c3d.log.gz`,
    body: gzipSync(`${fields.join(' ')}\n${fields.map((field) => values[field] ?? '-').join(' ')}\n`),
  };
}

/** What the product's own Test says of what was made, once a flow log has delivered. */
async function tested(made: { bucket: string; prefix: string; roleArn: string; queueUrl: string }, logFormat: string) {
  const flowscope = world.deployment();
  const { key, body } = objectOf(logFormat.replace(/[${}]/g, '').split(' '));
  await world.put(made.bucket, `${made.prefix}${key}`, body);
  await flowscope.ok(
    ...['source', 'add', 'made', '--bucket', made.bucket, '--prefix', made.prefix, '--region', REGION],
    ...['--role-arn', made.roleArn, '--queue-url', made.queueUrl]
  );
  const { passed, checks } = JSON.parse(await flowscope.ok('test', 'made', '--json')) as {
    passed: boolean;
    checks: CheckResult[];
  };
  const states = Object.fromEntries(checks.map(({ id, state, message }) => [id, `${state}: ${message}`]));
  return { passed, states, notes: checks.flatMap(({ notes = [] }) => notes) };
}

/** The flow log that delivers to a bucket. */
async function flowLog(bucket: string) {
  const { FlowLogs } = await aws<{ FlowLogs: Array<Record<string, string>> }>('ec2', 'describe-flow-logs');
  const {
    LogFormat: logFormat,
    ResourceId: vpc,
    LogDestination: to,
  } = FlowLogs.find(({ LogDestination = '' }) => LogDestination.startsWith(`arn:aws:s3:::${bucket}`))!;
  return { logFormat, vpc, to };
}

/** What Test is to say, whichever way it was made. */
const WELL = {
  ...{ list: expect.stringMatching(/^pass/), read: expect.stringMatching(/^pass/) },
  format: `pass: Version 11, ${RECOMMENDED_FIELDS.length} fields`,
  ...{ delete: expect.stringMatching(/^pass/), versioning: expect.stringMatching(/^pass/) },
  sqs: expect.stringMatching(/^pass: sqs:ReceiveMessage allowed/),
};

/** Makes a stack of a template in docs/aws; returns its outputs. */
async function stackOf(scope: SetUpScope, parameters: Readonly<Record<string, string>>) {
  const given = Object.entries(parameters).map(([name, value]) => `ParameterKey=${name},ParameterValue=${value}`);
  const stack = ['--stack-name', `of-${scope}`];
  await ran(
    ...(['aws', 'cloudformation', 'create-stack', ...stack, '--capabilities', 'CAPABILITY_IAM'] as const),
    ...['--template-body', `file://${join(DOCS, `cloudformation/${scope}.yaml`)}`, '--parameters', ...given]
  );
  const { Stacks } = await aws<{
    Stacks: Array<{ StackStatus: string; Outputs?: Array<{ OutputKey: string; OutputValue: string }> }>;
  }>('cloudformation', 'describe-stacks', ...stack);
  expect(Stacks[0].StackStatus).toBe('CREATE_COMPLETE');
  return Object.fromEntries((Stacks[0].Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

const ofAnyVpc = async () => (await aws<{ Vpcs: Array<{ VpcId: string }> }>('ec2', 'describe-vpcs')).Vpcs[0].VpcId;

it('the template makes in AWS what a source needs: its Test passes', async () => {
  const vpc = await ofAnyVpc();
  const outputs = await stackOf('account', { BucketName: 'made-by-template', Vpc1: vpc });
  expect(outputs).toMatchObject({ BucketName: 'made-by-template', Region: REGION });
  const made = await flowLog('made-by-template');
  expect(made).toMatchObject({ vpc, to: 'arn:aws:s3:::made-by-template' });

  await notifyAsTheTemplateSays(outputs.BucketName, outputs.QueueUrl);
  const { passed, states, notes } = await tested(
    { bucket: outputs.BucketName, prefix: '', roleArn: outputs.RoleArn, queueUrl: outputs.QueueUrl },
    made.logFormat
  );
  expect([passed, states]).toEqual([true, expect.objectContaining(WELL)]);
  expect(notes.filter(({ state }) => state === 'warn')).toEqual([]);
});

// The local AWS leaves the policy of a template's bucket out: setUp.test.ts has what is in it.
it('the templates for an organization make a bucket, and flow logs that deliver to it', async () => {
  const bucket = 'made-for-organization';
  const outputs = await stackOf('organization', { BucketName: bucket, OrganizationId: 'o-a1b2c3d4e5' });
  expect(outputs).toMatchObject({ BucketName: bucket, RoleArn: expect.any(String), QueueUrl: expect.any(String) });
  const vpc = await ofAnyVpc();
  await stackOf('flow-log', { BucketName: bucket, Vpc1: vpc });
  expect(await flowLog(bucket)).toEqual({ vpc, to: `arn:aws:s3:::${bucket}`, logFormat: LOG_FORMAT });
});

/** The local AWS leaves the notifications of a template's bucket out: makes them from what the template says. */
async function notifyAsTheTemplateSays(bucket: string, queueUrl: string): Promise<void> {
  const { Resources } = parse(readFileSync(join(DOCS, 'cloudformation/account.yaml'), 'utf8')) as {
    Resources: {
      Bucket: {
        Properties: { NotificationConfiguration: { QueueConfigurations: Array<{ Event: string; Queue: object }> } };
      };
    };
  };
  const { QueueConfigurations } = Resources.Bucket.Properties.NotificationConfiguration;
  expect(QueueConfigurations.map(({ Queue }) => Queue)).toEqual([{ 'Fn::GetAtt': ['Queue', 'Arn'] }]);
  const { Attributes } = await aws<{ Attributes: { QueueArn: string } }>(
    ...(['sqs', 'get-queue-attributes', '--queue-url', queueUrl, '--attribute-names', 'QueueArn'] as const)
  );
  const configuration = QueueConfigurations.map(({ Event }) => ({ QueueArn: Attributes.QueueArn, Events: [Event] }));
  await ran(
    ...(['aws', 's3api', 'put-bucket-notification-configuration', '--bucket', bucket] as const),
    ...['--notification-configuration', JSON.stringify({ QueueConfigurations: configuration })]
  );
}

it.each(['', "it's $b* (x)/"])('the commands make the same, with the prefix "%s"', async (prefix) => {
  const bucket = `made.by-commands-${prefix.length}`;
  const setUp: FlowLogSetUp = { scope: 'account', bucket, prefix, region: REGION, queue: true };
  const [made, flowLogs] = setUpWays(setUp).find(({ id }) => id === 'awsCli')!.steps;
  const run = async (name: string, code: string) => {
    writeFileSync(join(world.folder, name), code);
    return ran('sh', name);
  };
  const said = await run('made.sh', made.code!);
  const { Policy } = await aws<{ Policy: string }>('s3api', 'get-bucket-policy', '--bucket', bucket);
  expect(JSON.parse(Policy)).toMatchObject({
    Statement: [
      { Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } },
      { Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:logs:*:${ACCOUNT}:*` } } },
    ],
  });
  const { Unsuccessful } = JSON.parse(await run('flow-logs.sh', flowLogs.code!)) as { Unsuccessful: unknown[] };
  if (prefix === '') {
    expect([Unsuccessful, (await flowLog(bucket)).to]).toEqual([[], `arn:aws:s3:::${bucket}`]);
  } else {
    // The local AWS takes bucket and folder for the name of a bucket, and says which.
    expect(JSON.stringify(Unsuccessful)).toContain(`${bucket}/${prefix}`);
  }

  const roleArn = /^Role ARN: (.*)$/m.exec(said)![1];
  const queueUrl = /^Queue URL: (.*)$/m.exec(said)![1];
  const { passed, states, notes } = await tested({ bucket, prefix, roleArn, queueUrl }, LOG_FORMAT);
  expect([passed, states]).toEqual([true, expect.objectContaining(WELL)]);
  expect(notes.filter(({ state }) => state === 'warn')).toEqual([]);
});
