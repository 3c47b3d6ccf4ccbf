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
  description = "Of the VPCs."
}

variable "bucket_name" {
  type        = string
  description = "Of the bucket that the flow logs are delivered to. Its policy must allow this account to."
}

variable "vpc_ids" {
  type        = list(string)
  description = "VPCs of this account to log. Without any, all of the region are."
  default     = []
}

variable "log_format" {
  type        = string
  description = "The fields of each record. The default has all that Flowscope reads."
  default     = "$${account-id} $${interface-id} $${srcaddr} $${dstaddr} $${srcport} $${dstport} $${protocol} $${packets} $${bytes} $${start} $${end} $${action} $${log-status} $${vpc-id} $${subnet-id} $${instance-id} $${tcp-flags} $${pkt-srcaddr} $${pkt-dstaddr} $${az-id} $${pkt-src-aws-service} $${pkt-dst-aws-service} $${flow-direction} $${traffic-path} $${resource-id} $${interface-type} $${next-hop-interface-id} $${next-hop-az-id} $${next-hop-vpc-id} $${next-hop-interface-type}"
}

data "aws_vpcs" "all" {}

data "aws_partition" "current" {}

resource "aws_flow_log" "vpc" {
  for_each                 = toset(length(var.vpc_ids) > 0 ? var.vpc_ids : data.aws_vpcs.all.ids)
  vpc_id                   = each.value
  traffic_type             = "ALL"
  log_destination_type     = "s3"
  log_destination          = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
  log_format               = var.log_format
  max_aggregation_interval = 60
  tags                     = { Name = "flowscope" }
}
