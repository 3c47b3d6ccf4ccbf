import { stringify } from 'yaml';
import type { FlowLogSetUp, SetUpScope } from '../../../contract/flowLogSetUp';
import { DESCRIPTIONS_STATEMENTS } from '../policies';
import { policyOf, type Statement } from '../policyForms';
import {
  AGGREGATION_SECONDS,
  CREATED_EVENTS,
  deliveryStatements,
  destinationArn,
  LOG_FORMAT,
  MESSAGE_RETENTION_SECONDS,
  queueStatements,
  readStatements,
  trustStatements,
} from './contents';
import { hasTokens, replaceTokens, TOKENS, type Tokens } from './tokens';

/** How many VPCs one stack of flow logs is for: templates know no loops that stack sets take. */
export const VPCS = ['Vpc1', 'Vpc2', 'Vpc3', 'Vpc4', 'Vpc5'] as const;

const EXPRESSIONS: Tokens = {
  partition: '${AWS::Partition}',
  account: '${AWS::AccountId}',
  bucket: '${BucketName}',
  queue: '${Queue.Arn}',
  organization: '${OrganizationId}',
};

const DESCRIPTIONS: Readonly<Record<SetUpScope, string>> = {
  account: 'A bucket for VPC flow logs, a role that lets Flowscope collect them, and flow logs of up to five VPCs.',
  organization:
    "A bucket for the VPC flow logs of an organization's accounts, and a role that lets Flowscope collect them.",
  'flow-log': 'Flow logs of up to five VPCs, into a bucket that is there.',
};

/**
 * The CloudFormation template of a set-up, as YAML. `values`: defaults of its parameters, where they are known.
 * Source of types and properties: "AWS resource and property types reference", CloudFormation template reference.
 */
export function cloudFormation(setUp: FlowLogSetUp, values: Partial<Pick<FlowLogSetUp, 'bucket'>> = {}): string {
  const makesBucket = setUp.scope !== 'flow-log';
  const makesFlowLogs = setUp.scope !== 'organization';
  const vpcs = VPCS.map((name, at) => ({ name, isOptional: at > 0 }));
  const optional = makesFlowLogs ? vpcs.filter(({ isOptional }) => isOptional) : [];
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: DESCRIPTIONS[setUp.scope],
    Parameters: {
      BucketName: {
        Type: 'String',
        Description: makesBucket
          ? 'Of the bucket that is made. It is for Flowscope alone: objects are deleted once they are stored.'
          : 'Of the bucket that the flow logs are delivered to. Its policy must allow this account to.',
        AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
        ...(values.bucket !== undefined && { Default: values.bucket }),
      },
      ...(setUp.scope === 'organization' && {
        OrganizationId: {
          Type: 'String',
          Description: 'Whose accounts may deliver to the bucket: aws organizations describe-organization shows it.',
          AllowedPattern: '^o-[a-z0-9]{10,32}$',
        },
      }),
      ...(makesFlowLogs && {
        ...Object.fromEntries(
          vpcs.map(({ name, isOptional }) => [
            name,
            {
              Type: 'String',
              Description: isOptional ? 'One more, if there is.' : 'The id of a VPC of this account and region.',
              AllowedPattern: isOptional ? '^(vpc-[0-9a-f]+)?$' : '^vpc-[0-9a-f]+$',
              ...(isOptional && { Default: '' }),
            },
          ])
        ),
        LogFormat: {
          Type: 'String',
          Description: 'The fields of each record. The default has all that Flowscope reads.',
          Default: LOG_FORMAT,
        },
      }),
    },
    ...(optional.length > 0 && {
      Conditions: Object.fromEntries(
        optional.map(({ name }) => [`Has${name}`, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: name }, ''] }] }])
      ),
    }),
    Resources: {
      ...(makesBucket && bucketResources(setUp)),
      ...(makesFlowLogs &&
        Object.fromEntries(
          vpcs.map(({ name, isOptional }) => [
            `FlowLog${name}`,
            flowLog(setUp, name, {
              ...(isOptional && { Condition: `Has${name}` }),
              ...(makesBucket && { DependsOn: 'BucketPolicy' }),
            }),
          ])
        )),
    },
    ...(makesBucket && { Outputs: outputs(setUp) }),
  };
  // CloudFormation reads YAML 1.1, in which a bare 2012-10-17 is a date.
  return stringify(rendered(template), {
    version: '1.1',
    lineWidth: 0,
    singleQuote: true,
    aliasDuplicateObjects: false,
  });
}

function bucketResources(setUp: FlowLogSetUp) {
  const { prefix, queue } = setUp;
  const filter = prefix !== '' && { Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: prefix }] } } };
  return {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      // What is in it is not in InfluxDB yet.
      ...{ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
      ...(queue && { DependsOn: 'QueuePolicy' }),
      Properties: {
        BucketName: TOKENS.bucket,
        PublicAccessBlockConfiguration: {
          ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        },
        ...(queue && {
          NotificationConfiguration: {
            QueueConfigurations: [{ Event: CREATED_EVENTS, Queue: TOKENS.queue, ...filter }],
          },
        }),
      },
    },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: policyOf(deliveryStatements(setUp)) },
    },
    ...(queue && {
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: { MessageRetentionPeriod: MESSAGE_RETENTION_SECONDS, SqsManagedSseEnabled: true },
      },
      QueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: policyOf(queueStatements) },
      },
    }),
    CollectPolicy: managedPolicy('What Flowscope needs to collect from the bucket.', readStatements(setUp)),
    DescriptionsPolicy: managedPolicy('What Flowscope needs to read names from EC2.', DESCRIPTIONS_STATEMENTS),
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policyOf(trustStatements(setUp)),
        ManagedPolicyArns: [{ Ref: 'CollectPolicy' }, { Ref: 'DescriptionsPolicy' }],
      },
    },
  };
}

function managedPolicy(Description: string, statements: readonly Statement[]) {
  return { Type: 'AWS::IAM::ManagedPolicy', Properties: { Description, PolicyDocument: policyOf(statements) } };
}

function flowLog({ prefix }: FlowLogSetUp, vpc: string, attributes: object) {
  return {
    Type: 'AWS::EC2::FlowLog',
    ...attributes,
    Properties: {
      ...{ ResourceType: 'VPC', ResourceId: { Ref: vpc }, TrafficType: 'ALL' },
      ...{ LogDestinationType: 's3', LogDestination: destinationArn(prefix) },
      ...{ LogFormat: { Ref: 'LogFormat' }, MaxAggregationInterval: AGGREGATION_SECONDS },
      Tags: [{ Key: 'Name', Value: 'flowscope' }],
    },
  };
}

/** What the source is added with. */
function outputs({ queue }: FlowLogSetUp) {
  return {
    BucketName: { Value: { Ref: 'Bucket' } },
    Region: { Value: { Ref: 'AWS::Region' } },
    RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    ...(queue && { QueueUrl: { Value: { Ref: 'Queue' } } }),
  };
}

/** A value whose texts refer to parameters and resources where they have tokens. */
function rendered(value: unknown): unknown {
  if (typeof value === 'string') {
    return hasTokens(value) ? reference(value) : value;
  }
  if (Array.isArray(value)) {
    return value.map(rendered);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, rendered(of)]))
    : value;
}

function reference(text: string): object {
  const ofOne = { [TOKENS.bucket]: 'BucketName', [TOKENS.organization]: 'OrganizationId' }[text];
  if (text === TOKENS.queue) {
    return { 'Fn::GetAtt': ['Queue', 'Arn'] };
  }
  // What IAM reads as `${*}` is `${!*}` here.
  return ofOne === undefined ? { 'Fn::Sub': replaceTokens(text.replaceAll('${', '${!'), EXPRESSIONS) } : { Ref: ofOne };
}
