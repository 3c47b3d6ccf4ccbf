terraform {
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
}

variable "region" {
  type        = string
  description = "Of the bucket."
}

variable "bucket_name" {
  type        = string
  description = "Of the bucket that is made. It is for Flowscope alone: objects are deleted once they are stored."
}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_organizations_organization" "current" {}

resource "aws_s3_bucket" "flow_logs" {
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
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "AWSLogDeliveryWrite",
        "Effect" : "Allow",
        "Principal" : {
          "Service" : "delivery.logs.amazonaws.com"
        },
        "Action" : "s3:PutObject",
        "Resource" : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}/AWSLogs/*",
        "Condition" : {
          "StringEquals" : {
            "aws:SourceOrgID" : "${data.aws_organizations_organization.current.id}",
            "s3:x-amz-acl" : "bucket-owner-full-control"
          },
          "ArnLike" : {
            "aws:SourceArn" : "arn:${data.aws_partition.current.partition}:logs:*:*:*"
          }
        }
      },
      {
        "Sid" : "AWSLogDeliveryAclCheck",
        "Effect" : "Allow",
        "Principal" : {
          "Service" : "delivery.logs.amazonaws.com"
        },
        "Action" : [
          "s3:GetBucketAcl",
          "s3:ListBucket"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}",
        "Condition" : {
          "StringEquals" : {
            "aws:SourceOrgID" : "${data.aws_organizations_organization.current.id}"
          },
          "ArnLike" : {
            "aws:SourceArn" : "arn:${data.aws_partition.current.partition}:logs:*:*:*"
          }
        }
      }
    ]
  })
}

resource "aws_sqs_queue" "flow_logs" {
  name_prefix               = "flowscope-"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "flow_logs" {
  queue_url = aws_sqs_queue.flow_logs.id
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "S3Notifications",
        "Effect" : "Allow",
        "Principal" : {
          "Service" : "s3.amazonaws.com"
        },
        "Action" : "sqs:SendMessage",
        "Resource" : "${aws_sqs_queue.flow_logs.arn}",
        "Condition" : {
          "ArnEquals" : {
            "aws:SourceArn" : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
          },
          "StringEquals" : {
            "aws:SourceAccount" : "${data.aws_caller_identity.current.account_id}"
          }
        }
      }
    ]
  })
}

resource "aws_s3_bucket_notification" "flow_logs" {
  bucket     = aws_s3_bucket.flow_logs.id
  depends_on = [aws_sqs_queue_policy.flow_logs]

  queue {
    queue_arn = aws_sqs_queue.flow_logs.arn
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_iam_policy" "collect" {
  name_prefix = "flowscope-collect-"
  description = "What Flowscope needs to collect from the bucket."
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "List",
        "Effect" : "Allow",
        "Action" : [
          "s3:ListBucket"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
      },
      {
        "Sid" : "LookAtBucket",
        "Effect" : "Allow",
        "Action" : [
          "s3:GetBucketLocation",
          "s3:GetBucketVersioning",
          "s3:GetBucketObjectLockConfiguration"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
      },
      {
        "Sid" : "ReadAndDelete",
        "Effect" : "Allow",
        "Action" : [
          "s3:GetObject",
          "s3:DeleteObject"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}/*"
      },
      {
        "Sid" : "ReadQueue",
        "Effect" : "Allow",
        "Action" : [
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:ChangeMessageVisibility",
          "sqs:GetQueueAttributes"
        ],
        "Resource" : "${aws_sqs_queue.flow_logs.arn}"
      }
    ]
  })
}

resource "aws_iam_policy" "descriptions" {
  name_prefix = "flowscope-descriptions-"
  description = "What Flowscope needs to read names from EC2."
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Describe",
        "Effect" : "Allow",
        "Action" : [
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeInstances",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcs",
          "ec2:DescribeRegions"
        ],
        "Resource" : "*"
      },
      {
        "Sid" : "Name",
        "Effect" : "Allow",
        "Action" : [
          "ec2:DescribeNatGateways",
          "ec2:DescribeVpcEndpoints",
          "ec2:DescribeTransitGatewayVpcAttachments",
          "ec2:DescribeTransitGateways",
          "organizations:ListAccounts",
          "iam:ListAccountAliases"
        ],
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role" "flowscope" {
  name_prefix = "flowscope-"
  assume_role_policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Flowscope",
        "Effect" : "Allow",
        "Principal" : {
          "AWS" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"
        },
        "Action" : "sts:AssumeRole"
      }
    ]
  })
}

resource "aws_iam_role_policy_attachment" "collect" {
  role       = aws_iam_role.flowscope.name
  policy_arn = aws_iam_policy.collect.arn
}

resource "aws_iam_role_policy_attachment" "descriptions" {
  role       = aws_iam_role.flowscope.name
  policy_arn = aws_iam_policy.descriptions.arn
}

output "bucket_name" {
  value = aws_s3_bucket.flow_logs.id
}

output "region" {
  value = var.region
}

output "role_arn" {
  value = aws_iam_role.flowscope.arn
}

output "queue_url" {
  value = aws_sqs_queue.flow_logs.url
}
