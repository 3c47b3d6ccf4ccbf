import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { SET_UP_SCOPES, type FlowLogSetUp } from '../../../contract/flowLogSetUp';
import { RECOMMENDED_FIELDS } from '../../records/recommendedFields';
import { policiesFor } from '../policies';
import { docsFiles } from './docs';
import { setUpWays } from './setUp';

const DOCS = resolve('docs/aws');
const FILES = [...docsFiles()];
const SET_UP: FlowLogSetUp = { scope: 'account', bucket: 'flow-logs', prefix: '', region: 'eu-west-1', queue: true };
/** A prefix with all that a form could take for its own: IAM, CloudFormation, Terraform, the shell. */
const ODD = 'it\'s "${a}" $b* %{c}/';

const codes = (setUp: Partial<FlowLogSetUp> = {}) =>
  setUpWays({ ...SET_UP, ...setUp }).flatMap(({ id, steps }) =>
    steps.map(({ text, code = '' }) => ({ id, text, code }))
  );
const codeOf = (id: string, setUp: Partial<FlowLogSetUp> = {}) =>
  codes(setUp)
    .filter((one) => one.id === id)
    .map(({ code }) => code);

test.each(FILES)('docs/aws/%s is what the generator makes; if not, run npm run generate:aws', (path, text) => {
  const file = resolve(DOCS, path);
  expect(existsSync(file) && readFileSync(file, 'utf8') === text).toBe(true);
});

test('no file is left over in docs/aws', () => {
  const onDisk = readdirSync(DOCS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(onDisk.map(({ parentPath, name }) => resolve(parentPath, name)).sort()).toEqual(
    FILES.map(([path]) => resolve(DOCS, path)).sort()
  );
});

test.each(SET_UP_SCOPES)('a file of the scope %s is what the drawer shows, but for the defaults', (scope) => {
  for (const { file, code } of setUpWays({ ...SET_UP, scope }).flatMap(({ steps }) => steps)) {
    if (file !== undefined) {
      const shown = code!.replace(/\n *(Default: flow-logs|default +=  ?"(flow-logs|eu-west-1)")(?=\n)/g, '');
      expect(shown).toBe(docsFiles().get(file));
    }
  }
});

describe('every way to make flow logs', () => {
  it.each(['account', 'flow-log'] as const)('asks for all fields that are read, over a minute: %s', (scope) => {
    for (const id of ['console', 'awsCli', 'cloudFormation', 'terraform']) {
      const text = JSON.stringify(codes({ scope }).filter((one) => one.id === id));
      const last = RECOMMENDED_FIELDS.every((field) => new RegExp(`[ {"]${field}[ }"\\\\]`).test(text));
      expect([id, last, /1 minute|60/.test(text)]).toEqual([id, true, true]);
    }
  });

  it.each([
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('names the partition of %s in every ARN', (region, partition) => {
    const whole = SET_UP_SCOPES.flatMap((scope) => codes({ region, scope }));
    for (const { id, code } of whole) {
      const arns = code.match(/arn:[^:]+/g) ?? [];
      const wanted = {
        cloudFormation: 'arn:${AWS',
        terraform: 'arn:${data.aws_partition.current.partition}',
        ...{ console: `arn:${partition}`, awsCli: `arn:${partition}` },
      }[id];
      expect(arns.filter((arn) => arn !== wanted)).toEqual([]);
    }
    expect(whole.flatMap(({ code }) => code.match(/arn:/g) ?? []).length).toBeGreaterThan(50);
  });

  it('makes no queue where none is wanted', () => {
    expect(JSON.stringify(codes({ queue: false })).match(/sqs|queue/gi) ?? []).toEqual([]);
  });

  it('lets the organization deliver by its id, and nobody by an account', () => {
    for (const id of ['console', 'awsCli', 'cloudFormation', 'terraform']) {
      const [code] = codeOf(id, { scope: 'organization', queue: false }).filter((text) => text.includes('PutObject'));
      expect(code).toContain('aws:SourceOrgID');
      expect(code).not.toContain('aws:SourceAccount');
    }
  });

  it('lets whoever is named take the role on, with the external id', () => {
    const principalArn = 'arn:aws:sts::444455556666:assumed-role/collector/i-0abc';
    for (const id of ['awsCli', 'cloudFormation', 'terraform']) {
      const code = codeOf(id, { principalArn, externalId: 'ext' }).join();
      expect(code).toContain('arn:aws:iam::444455556666:role/collector');
      expect(code).toMatch(/sts:ExternalId"?'? ?: ?"?ext/);
      expect(code).not.toContain(':root');
    }
  });
});

/** The value as CloudFormation makes it: account 111122223333 in the partition aws. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(resolved);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const {
    Ref,
    'Fn::Sub': sub,
    'Fn::GetAtt': of,
  } = value as { Ref?: string; 'Fn::Sub'?: string; 'Fn::GetAtt'?: string[] };
  const known: Record<string, string> = {
    ...{ BucketName: 'flow-logs', 'AWS::Partition': 'aws', 'AWS::AccountId': '111122223333', 'Queue.Arn': QUEUE },
  };
  if (of !== undefined) {
    return known[of.join('.')];
  }
  if (sub !== undefined) {
    return sub.replace(/\$\{(?!!)([^}]+)\}/g, (_, name: string) => known[name]).replaceAll('${!', '${');
  }
  return Ref === undefined
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one)]))
    : (known[Ref] ?? Ref);
}

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:flowscope-flow-logs';
interface Template {
  readonly Resources: Readonly<Record<string, { readonly Properties: Record<string, never> }>>;
}
const propertiesOf = (setUp: Partial<FlowLogSetUp>, name: string) =>
  resolved((parse(codeOf('cloudFormation', setUp)[0]) as Template).Resources[name].Properties) as Record<
    string,
    unknown
  >;

describe.each(['', 'prod/', ODD])('with the prefix "%s"', (prefix) => {
  it('the policy that is made is the one that Permissions shows', () => {
    const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/flowscope-flow-logs';
    const [shown] = policiesFor({ name: 'x', bucket: 'flow-logs', prefix, region: 'eu-west-1', queueUrl });
    expect(propertiesOf({ prefix }, 'CollectPolicy').PolicyDocument).toEqual(JSON.parse(shown.json));
  });

  it('console, commands and Terraform have the same policies as the template', () => {
    const policies = [
      propertiesOf({ prefix }, 'BucketPolicy').PolicyDocument,
      propertiesOf({ prefix }, 'QueuePolicy').PolicyDocument,
      propertiesOf({ prefix }, 'CollectPolicy').PolicyDocument,
    ];
    const byHand = codeOf('console', { prefix }).filter((code) => code.startsWith('{'));
    expect(byHand.map((code) => JSON.parse(code) as unknown)).toEqual(policies);

    const hcl = [...codeOf('terraform', { prefix })[0].matchAll(/jsonencode\((\{[^]*?\n {2}\})\)/g)].map(
      ([, json]) =>
        JSON.parse(
          json
            .replaceAll('${data.aws_partition.current.partition}', 'aws')
            .replaceAll('${data.aws_caller_identity.current.account_id}', '111122223333')
            .replaceAll('${var.bucket_name}', 'flow-logs')
            .replaceAll('${aws_sqs_queue.flow_logs.arn}', QUEUE)
            .replaceAll('$${', '${')
            .replaceAll('%%{', '%{')
        ) as unknown
    );
    expect(hcl).toEqual([
      ...policies,
      propertiesOf({ prefix }, 'DescriptionsPolicy').PolicyDocument,
      propertiesOf({ prefix }, 'Role').AssumeRolePolicyDocument,
    ]);
  });

  it('the flow log is delivered to it', () => {
    const arn = `arn:aws:s3:::flow-logs${prefix && `/${prefix}`}`;
    expect(propertiesOf({ prefix }, 'FlowLogVpc1').LogDestination).toBe(arn);
    expect(codeOf('console', { prefix })).toContain(arn);
  });
});

/** Each resource of the template, and what Terraform calls it. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  Bucket: ['aws_s3_bucket', 'aws_s3_bucket_public_access_block', 'aws_s3_bucket_notification'],
  BucketPolicy: ['aws_s3_bucket_policy'],
  Queue: ['aws_sqs_queue'],
  QueuePolicy: ['aws_sqs_queue_policy'],
  CollectPolicy: ['aws_iam_policy'],
  DescriptionsPolicy: ['aws_iam_policy'],
  Role: ['aws_iam_role', 'aws_iam_role_policy_attachment', 'aws_iam_role_policy_attachment'],
  FlowLogVpc1: ['aws_flow_log'],
};

test.each(SET_UP_SCOPES)('Terraform makes what the template makes: %s', (scope) => {
  const made = Object.keys((parse(codeOf('cloudFormation', { scope })[0]) as Template).Resources);
  const wanted = made.filter((name) => !/Vpc[2-5]/.test(name)).flatMap((name) => RESOURCES[name]);
  const terraform = codeOf('terraform', { scope })[0];
  expect([...terraform.matchAll(/^resource "(\w+)"/gm)].map(([, type]) => type).sort()).toEqual(wanted.sort());
});
