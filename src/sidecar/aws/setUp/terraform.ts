import type { FlowLogSetUp } from '../../../contract/flowLogSetUp';
import { DESCRIPTIONS_STATEMENTS } from '../policies';
import { hclTemplate, hclText, policyOf, type Statement } from '../policyForms';
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
import { replaceTokens, tokensInJson, type Tokens } from './tokens';

const EXPRESSIONS: Tokens = {
  partition: '${data.aws_partition.current.partition}',
  account: '${data.aws_caller_identity.current.account_id}',
  bucket: '${var.bucket_name}',
  queue: '${aws_sqs_queue.flow_logs.arn}',
  organization: '${data.aws_organizations_organization.current.id}',
};

/**
 * The Terraform configuration of a set-up, which makes the same as the CloudFormation template. `values`: defaults of its variables,
 * where they are known. Source of resources and arguments: the AWS provider's documentation in the Terraform Registry.
 */
export function terraform(setUp: FlowLogSetUp, values: Partial<Pick<FlowLogSetUp, 'bucket' | 'region'>> = {}): string {
  const makesBucket = setUp.scope !== 'flow-log';
  const makesFlowLogs = setUp.scope !== 'organization';
  const blocks = [
    HEAD,
    variable('region', makesBucket ? 'Of the bucket.' : 'Of the VPCs.', values.region),
    variable(
      'bucket_name',
      makesBucket
        ? 'Of the bucket that is made. It is for Flowscope alone: objects are deleted once they are stored.'
        : 'Of the bucket that the flow logs are delivered to. Its policy must allow this account to.',
      values.bucket
    ),
    ...(makesFlowLogs ? [vpcVariables(makesBucket)] : []),
    data('aws_partition'),
    ...(makesBucket ? [data('aws_caller_identity')] : []),
    ...(setUp.scope === 'organization' ? [data('aws_organizations_organization')] : []),
    ...(makesBucket ? bucketBlocks(setUp) : []),
    ...(makesFlowLogs ? [flowLogs(setUp, makesBucket)] : []),
    ...(makesBucket ? outputs(setUp) : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

const HEAD = `terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = var.region
}`;

const data = (kind: string) => `data "${kind}" "current" {}`;

function variable(name: string, description: string, value?: string): string {
  const given = value === undefined ? '' : `\n  default     = ${hclText(value)}`;
  return `variable "${name}" {\n  type        = string\n  description = ${hclText(description)}${given}\n}`;
}

function vpcVariables(makesBucket: boolean): string {
  const where = makesBucket ? "the bucket's region" : 'the region';
  return `variable "vpc_ids" {
  type        = list(string)
  description = "VPCs of this account to log. Without any, all of ${where} are."
  default     = []
}

variable "log_format" {
  type        = string
  description = "The fields of each record. The default has all that Flowscope reads."
  default     = ${hclText(LOG_FORMAT)}
}

data "aws_vpcs" "all" {}`;
}

function bucketBlocks(setUp: FlowLogSetUp): string[] {
  const filter = setUp.prefix === '' ? '' : `\n    filter_prefix = ${hclText(setUp.prefix)}`;
  return [
    `resource "aws_s3_bucket" "flow_logs" {
  bucket = var.bucket_name
}

resource "aws_s3_bucket_public_access_block" "flow_logs" {
  bucket                  = aws_s3_bucket.flow_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "flow_logs" {
  bucket = aws_s3_bucket.flow_logs.id
  policy = ${policy(deliveryStatements(setUp))}
}`,
    ...(setUp.queue
      ? [
          `resource "aws_sqs_queue" "flow_logs" {
  name_prefix               = "flowscope-"
  message_retention_seconds = ${MESSAGE_RETENTION_SECONDS}
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "flow_logs" {
  queue_url = aws_sqs_queue.flow_logs.id
  policy = ${policy(queueStatements)}
}

resource "aws_s3_bucket_notification" "flow_logs" {
  bucket     = aws_s3_bucket.flow_logs.id
  depends_on = [aws_sqs_queue_policy.flow_logs]

  queue {
    queue_arn${filter && '    '} = aws_sqs_queue.flow_logs.arn
    events${filter && '    '}    = ["${CREATED_EVENTS}"]${filter}
  }
}`,
        ]
      : []),
    `resource "aws_iam_policy" "collect" {
  name_prefix = "flowscope-collect-"
  description = "What Flowscope needs to collect from the bucket."
  policy = ${policy(readStatements(setUp))}
}

resource "aws_iam_policy" "descriptions" {
  name_prefix = "flowscope-descriptions-"
  description = "What Flowscope needs to read names from EC2."
  policy = ${policy(DESCRIPTIONS_STATEMENTS)}
}

resource "aws_iam_role" "flowscope" {
  name_prefix = "flowscope-"
  assume_role_policy = ${policy(trustStatements(setUp))}
}

resource "aws_iam_role_policy_attachment" "collect" {
  role       = aws_iam_role.flowscope.name
  policy_arn = aws_iam_policy.collect.arn
}

resource "aws_iam_role_policy_attachment" "descriptions" {
  role       = aws_iam_role.flowscope.name
  policy_arn = aws_iam_policy.descriptions.arn
}`,
  ];
}

function flowLogs({ prefix }: FlowLogSetUp, makesBucket: boolean): string {
  return `resource "aws_flow_log" "vpc" {
  for_each                 = toset(length(var.vpc_ids) > 0 ? var.vpc_ids : data.aws_vpcs.all.ids)
  vpc_id                   = each.value
  traffic_type             = "ALL"
  log_destination_type     = "s3"
  log_destination          = ${replaceTokens(hclTemplate(tokensInJson(destinationArn(prefix))), EXPRESSIONS)}
  log_format               = var.log_format
  max_aggregation_interval = ${AGGREGATION_SECONDS}
  tags                     = { Name = "flowscope" }${makesBucket ? '\n  depends_on               = [aws_s3_bucket_policy.flow_logs]' : ''}
}`;
}

function outputs({ queue }: FlowLogSetUp): string[] {
  const values = {
    bucket_name: 'aws_s3_bucket.flow_logs.id',
    region: 'var.region',
    role_arn: 'aws_iam_role.flowscope.arn',
    ...(queue && { queue_url: 'aws_sqs_queue.flow_logs.url' }),
  };
  return Object.entries(values).map(([name, value]) => `output "${name}" {\n  value = ${value}\n}`);
}

/** A policy with Terraform's expressions in place of its tokens. */
function policy(statements: readonly Statement[]): string {
  const hcl = hclTemplate(tokensInJson(policyOf(statements), 2))
    // As terraform fmt has it.
    .replace(/^( *"[^"]+"): /gm, '$1 : ')
    .replaceAll('\n', '\n  ');
  return `jsonencode(${replaceTokens(hcl, EXPRESSIONS)})`;
}
