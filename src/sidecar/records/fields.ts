/** Physical type of a field in the Parquet form of a flow log; text logs write every field as a string. */
export type FieldType = 'STRING' | 'INT32' | 'INT64';

/** One field AWS can write into a flow log: its header name, the format version that brought it, its Parquet type. */
export interface Field {
  readonly name: string;
  readonly version: number;
  readonly type: FieldType;
  readonly description: string;
}

const field = (name: string, version: number, type: FieldType, description: string): Field => ({
  name,
  version,
  type,
  description,
});

/**
 * Every field of VPC flow logs, versions 2 to 11.
 * Source: AWS, "Flow log records" in the Amazon VPC user guide (2026).
 */
export const VPC_FIELDS: readonly Field[] = [
  field('version', 2, 'INT32', 'Highest format version among the fields chosen for this flow log'),
  field('account-id', 2, 'STRING', 'Account owning the recorded interface; "unknown" for some service-made interfaces'),
  field('interface-id', 2, 'STRING', 'Network interface (eni-) that saw the traffic; "-" for regional NAT gateway'),
  field('srcaddr', 2, 'STRING', "Source IP as seen at the interface; egress shows the interface's own private address"),
  field(
    'dstaddr',
    2,
    'STRING',
    "Destination IP as seen at the interface; ingress shows the interface's primary private address"
  ),
  field('srcport', 2, 'INT32', 'Source port; 0 in ICMP records'),
  field('dstport', 2, 'INT32', 'Destination port; 0 in ICMP records'),
  field('protocol', 2, 'INT32', 'IANA protocol number'),
  field('packets', 2, 'INT64', 'Packets counted in the flow during the interval'),
  field('bytes', 2, 'INT64', 'Bytes counted in the flow; absent on block-public-access rejects'),
  field('start', 2, 'INT64', 'When the first packet was received in the interval, within sixty seconds'),
  field('end', 2, 'INT64', 'When the last packet was received in the interval, within sixty seconds'),
  field('action', 2, 'STRING', 'ACCEPT or REJECT'),
  field('log-status', 2, 'STRING', 'OK, NODATA or SKIPDATA for this interface and interval'),
  field('vpc-id', 3, 'STRING', 'VPC holding the recorded interface'),
  field('subnet-id', 3, 'STRING', 'Subnet holding the recorded interface; "-" for regional NAT gateway'),
  field('instance-id', 3, 'STRING', 'EC2 instance attached, if yours; "-" for requester-managed interfaces'),
  field('tcp-flags', 3, 'INT32', 'OR of FIN 1, SYN 2, RST 4, SYN-ACK 18 seen; else 0'),
  field('type', 3, 'STRING', 'Traffic type: IPv4, IPv6 or EFA'),
  field('pkt-srcaddr', 3, 'STRING', 'Original source IP in the packet header'),
  field('pkt-dstaddr', 3, 'STRING', 'Original destination IP in the packet header'),
  field('region', 4, 'STRING', 'Region of the recorded interface'),
  field('az-id', 4, 'STRING', 'Availability Zone ID of the interface; "-" when in a sublocation'),
  field('sublocation-type', 4, 'STRING', 'wavelength, outpost or localzone, when the interface is in one'),
  field('sublocation-id', 4, 'STRING', 'ID of the sublocation holding the interface'),
  field('pkt-src-aws-service', 5, 'STRING', 'AWS IP-range service name matching pkt-srcaddr'),
  field('pkt-dst-aws-service', 5, 'STRING', 'AWS IP-range service name matching pkt-dstaddr'),
  field('flow-direction', 5, 'STRING', 'ingress or egress, relative to the recorded interface'),
  field('traffic-path', 5, 'INT32', 'Egress path code 1 to 8; "-" for ingress or unknown'),
  field('ecs-cluster-arn', 7, 'STRING', 'ARN of the ECS cluster running the task'),
  field('ecs-cluster-name', 7, 'STRING', 'Name of the ECS cluster running the task'),
  field('ecs-container-instance-arn', 7, 'STRING', 'ARN of the ECS container instance; "-" on Fargate'),
  field('ecs-container-instance-id', 7, 'STRING', 'ID of the ECS container instance; "-" on Fargate'),
  field('ecs-container-id', 7, 'STRING', "Docker runtime ID of the task's first container"),
  field('ecs-second-container-id', 7, 'STRING', "Docker runtime ID of the task's second container"),
  field('ecs-service-name', 7, 'STRING', 'ECS service that started the task, if any'),
  field('ecs-task-definition-arn', 7, 'STRING', 'ARN of the ECS task definition'),
  field('ecs-task-arn', 7, 'STRING', 'ARN of the ECS task'),
  field('ecs-task-id', 7, 'STRING', 'ID of the ECS task'),
  field('reject-reason', 8, 'STRING', 'BPA (block public access) or EC (encryption controls); otherwise "-"'),
  field('resource-id', 9, 'STRING', 'Regional NAT gateway ID (nat-) for its flows; otherwise "-"'),
  field('encryption-status', 10, 'INT32', '0 clear, 1 Nitro, 2 application, 3 both; "-" when unknown'),
  field('instance-tag', 11, 'STRING', 'Value of first configured instance tag, percent-encoded UTF-8'),
  field('instance-tag-2', 11, 'STRING', 'Value of second configured instance tag, percent-encoded UTF-8'),
  field('interface-tag', 11, 'STRING', 'Value of first configured interface tag, percent-encoded UTF-8'),
  field('interface-tag-2', 11, 'STRING', 'Value of second configured interface tag, percent-encoded UTF-8'),
  field('asg-tag', 11, 'STRING', 'Value of first configured Auto Scaling group tag, percent-encoded UTF-8'),
  field('asg-tag-2', 11, 'STRING', 'Value of second configured Auto Scaling group tag, percent-encoded UTF-8'),
  field('interface-type', 11, 'STRING', 'Service kind of recorded interface: NAT, NLB, TGW, endpoint; otherwise "-"'),
  field('next-hop-interface-id', 11, 'STRING', 'Interface receiving egress traffic or sending ingress traffic'),
  field('next-hop-subnet-id', 11, 'STRING', 'Subnet of the next-hop interface'),
  field('next-hop-az-id', 11, 'STRING', 'Availability Zone ID of the next-hop interface'),
  field('next-hop-vpc-id', 11, 'STRING', 'VPC of the next-hop interface'),
  field('next-hop-interface-type', 11, 'STRING', 'Service kind of the next-hop interface'),
];

/**
 * Names that only Transit Gateway flow logs (version 6) carry: their presence in a header tells them from VPC flow logs,
 * whose object keys look the same. Source: AWS, "Transit Gateway Flow Logs".
 */
export const TRANSIT_GATEWAY_FIELDS: readonly string[] = [
  'resource-type',
  'tgw-id',
  'tgw-attachment-id',
  'tgw-src-vpc-account-id',
  'tgw-dst-vpc-account-id',
  'tgw-src-vpc-id',
  'tgw-dst-vpc-id',
  'tgw-src-subnet-id',
  'tgw-dst-subnet-id',
  'tgw-src-eni',
  'tgw-dst-eni',
  'tgw-src-az-id',
  'tgw-dst-az-id',
  'tgw-pair-attachment-id',
  'packets-lost-no-route',
  'packets-lost-blackhole',
  'packets-lost-mtu-exceeded',
  'packets-lost-ttl-expired',
];

const VPC_FIELD_BY_NAME = new Map(VPC_FIELDS.map((known) => [known.name, known]));

/** The field of that header name, or undefined for a name AWS did not know when this table was written. */
export function vpcField(name: string): Field | undefined {
  return VPC_FIELD_BY_NAME.get(name);
}
