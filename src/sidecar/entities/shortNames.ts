import type { NetworkInterface, Tag } from '@aws-sdk/client-ec2';

/** What else is known of the region of an interface. */
export interface NameSources {
  /** The tag Name of each instance; undefined when instances may not be read. */
  readonly instances?: ReadonlyMap<string | undefined, string | undefined>;
  /** How many interfaces each instance has. */
  readonly interfaces?: ReadonlyMap<string, number>;
  /** What people call NAT gateways, endpoints and Transit Gateway attachments, by their ids, as far as they may be read. */
  readonly resources?: ReadonlyMap<string, string>;
}

/** The value of the tag Name. */
export const nameTag = (tags: readonly Tag[] | undefined) =>
  tags?.find((tag) => tag.Key === 'Name')?.Value || undefined;

/** Interfaces that an AWS service made: how they are recognised, and what people call them. All that is given must hold. */
interface ServiceInterface {
  /** Beginning of `InterfaceType`, as EC2 writes it. */
  readonly type?: string;
  /** `RequesterId`. */
  readonly requester?: string;
  /** `Description`. What it captures says which one it is. */
  readonly description?: RegExp;
  /** A tag that the service sets, which says which one it is, if the description does not. */
  readonly tag?: string;
  /** Whether only interfaces with that tag are meant. */
  readonly isTagged?: true;
  /** The name. `which`: undefined when nothing says it. */
  readonly name: (which?: string) => string;
}

/** `shop-public (ALB)`; the kind alone when nothing says which one it is. */
const named = (kind: string) => (which?: string) => (which ? `${which} (${kind})` : kind);
/** `NAT nat-0a1b2c3d`: an id says more behind what it is an id of. */
const numbered = (kind: string) => (which?: string) => (which ? `${kind} ${which}` : kind);

/** The 36 characters that services put behind a name. */
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/**
 * The interfaces of AWS services, the most exact first. The wordings are those that EC2 returns; AWS documents only some, such as
 * those of endpoints (EC2 User Guide, "Requester-managed network interfaces"), of directories (Directory Service) and of
 * Transit Gateways. Whatever is not here keeps its description.
 */
const SERVICE_INTERFACES: readonly ServiceInterface[] = [
  { description: /^ELB app\/([^/]+)/, name: named('ALB') },
  { description: /^ELB net\/([^/]+)/, name: named('NLB') },
  { description: /^ELB gwy\/([^/]+)/, name: named('GWLB') },
  { description: /^ELB (\S+)$/, requester: 'amazon-elb', name: named('Classic Load Balancer') },
  { type: 'network_load_balancer', name: named('NLB') },
  { type: 'gateway_load_balancer_endpoint', tag: 'Firewall', isTagged: true, name: named('Network Firewall') },
  { type: 'gateway_load_balancer_endpoint', description: /\b(vpce-\w+)/, name: numbered('GWLB endpoint') },
  { type: 'gateway_load_balancer', name: named('GWLB') },
  { description: /^Interface for NAT Gateway (nat-\w+)/, name: numbered('NAT') },
  { type: 'nat', description: /\b(nat-\w+)/, name: numbered('NAT') },
  { description: /^VPC Endpoint Interface (vpce-\w+)/, name: numbered('Endpoint') },
  { type: 'vpc_endpoint', description: /\b(vpce-\w+)/, name: numbered('Endpoint') },
  {
    description: /^Network Interface for Transit Gateway Attachment (tgw-attach-\w+)/,
    name: numbered('Transit Gateway'),
  },
  { type: 'transit_gateway', name: numbered('Transit Gateway') },
  { type: 'ec2_instance_connect_endpoint', description: /\b(eice-\w+)/, name: numbered('Instance Connect') },
  { description: new RegExp(`^AWS Lambda VPC ENI-(.+?)(?:-${UUID})?$`), name: named('Lambda') },
  { description: /^AWS Lambda VPC ENI: (\S+)/, name: named('Lambda') },
  { type: 'lambda', name: named('Lambda') },
  { description: /^Network interface for DBProxy (.+)/, name: named('RDS Proxy') },
  { description: /^RDSNetworkInterface/, name: named('RDS') },
  { requester: 'amazon-rds', name: named('RDS') },
  { description: /^ElastiCache[ +](.+)/, name: named('ElastiCache') },
  { requester: 'amazon-elasticache', name: named('ElastiCache') },
  { description: /^(?:RedshiftNetworkInterface|Redshift )/, name: named('Redshift') },
  { requester: 'amazon-redshift', name: named('Redshift') },
  { description: /^DMSNetworkInterface/, name: named('DMS') },
  { description: /^DAX (.+)/, name: named('DAX') },
  { description: /^ES (\S+)$/, name: named('OpenSearch') },
  { description: /Amazon MSK network interface for cluster arn:[^ ]*:cluster\/([^/]+)/, name: named('MSK') },
  { description: /^Amazon EKS (\S+)$/, name: named('EKS control plane') },
  { description: /^aws-k8s-(?:branch|trunk)-eni/i, tag: 'cluster.k8s.amazonaws.com/name', name: named('EKS pods') },
  { description: /^aws-K8S-i-\w+/, tag: 'cluster.k8s.amazonaws.com/name', name: named('EKS pods') },
  { description: /^arn:aws[\w-]*:ecs:/, tag: 'aws:ecs:serviceName', name: named('ECS task') },
  { description: /^EFS mount target for (fs-\w+)/, name: numbered('EFS') },
  { type: 'efs', description: /\b(fs-\w+)/, name: numbered('EFS') },
  { description: /^AWS created network interface for (fs-\w+)/, name: numbered('FSx') },
  { description: /^AWS created network interface for directory (d-\w+)/, name: numbered('Directory') },
  { description: /^AWS created network interface for LicenseManager (\S+)/, name: numbered('License Manager') },
  { description: /^Created By Amazon Work[Ss]paces/, name: named('WorkSpaces') },
  { description: /^Created By Amazon AppStream/i, name: named('AppStream') },
  { description: /^Route 53 Resolver: (rslvr-\w+-\w+)/, name: numbered('Route 53 Resolver') },
  { description: /^Attached to Glue using role: arn:[^ ]*:role\/(?:[^/]+\/)*([^/ ]+)/, name: named('Glue') },
  {
    description: /SageMaker.*?(?:Studio Domain|notebook-instance\/|Notebook Instance )\W*([\w-]+)/,
    name: named('SageMaker'),
  },
  { description: /^AWS ElasticMapReduce(?: - )?\s*(j-\w+)?/, name: numbered('EMR') },
  { description: /^CloudHSM (?:Managed|Management) Interface/, name: named('CloudHSM') },
  { description: /^CloudHsm ENI/, name: named('CloudHSM') },
  { description: /^datasync (\S+)/i, name: numbered('DataSync') },
  { description: /^Amazon Kinesis Firehose - (.+?)\.?$/, name: named('Firehose') },
  { description: /^AWS CodeStar Connections/, name: named('CodeConnections') },
  { type: 'aws_codestar_connections_managed', name: named('CodeConnections') },
  { description: /^ENI managed by APIGateway/, name: named('API Gateway') },
  { type: 'api_gateway_managed', name: named('API Gateway') },
  { type: 'global_accelerator_managed', name: named('Global Accelerator') },
  { requester: 'amazon-aws-global-accelerator', name: named('Global Accelerator') },
  { type: 'iot_rules_managed', name: named('IoT rules') },
  { type: 'quicksight', name: named('QuickSight') },
  { type: 'branch', tag: 'cluster.k8s.amazonaws.com/name', name: named('Branch interface') },
];

/** The tags of interfaces that names are made of. */
export const NAMING_TAGS: ReadonlySet<string | undefined> = new Set([
  'Name',
  ...SERVICE_INTERFACES.flatMap(({ tag }) => tag ?? []),
]);

/** What EC2 itself writes into descriptions, which says nothing. */
const SAYS_NOTHING = /^Primary network interface$/i;

/**
 * What people would call an interface, by the first of these that says something: its own tag Name; which interface of an AWS service it is; the name of
 * its instance, with the device if that has several; what somebody wrote into its description. Undefined when none does: it is
 * called by its id then, or by the name that it was given before.
 */
export function shortName(eni: NetworkInterface, sources: NameSources): string | undefined {
  return nameTag(eni.TagSet) ?? serviceName(eni, sources) ?? instanceName(eni, sources) ?? writtenName(eni, sources);
}

function serviceName(eni: NetworkInterface, { resources }: NameSources): string | undefined {
  for (const { type, requester, description, tag, isTagged, name } of SERVICE_INTERFACES) {
    const found = description && description.exec(eni.Description ?? '');
    const tagged = tag === undefined ? undefined : eni.TagSet?.find(({ Key }) => Key === tag)?.Value;
    if (
      found === null ||
      (type !== undefined && !eni.InterfaceType?.startsWith(type)) ||
      (requester !== undefined && eni.RequesterId !== requester) ||
      (isTagged && tagged === undefined)
    ) {
      continue;
    }
    const which = found?.[1] ?? lastOf(tagged);
    return (which && resources?.get(which)) ?? name(which);
  }
  return undefined;
}

/** The name at the end of an ARN, or the text itself. */
const lastOf = (text: string | undefined) => text?.slice(text.lastIndexOf('/') + 1);

function instanceName(eni: NetworkInterface, { instances, interfaces }: NameSources): string | undefined {
  const { InstanceId: id, DeviceIndex: device } = eni.Attachment ?? {};
  const name = id && instances?.get(id);
  if (!name) {
    return undefined;
  }
  return (interfaces?.get(id) ?? 1) > 1 && device !== undefined ? `${name} eth${device}` : name;
}

/**
 * Without the name of its instance, because instances may not be read, an interface gets none from EC2 instead, so that it keeps the one
 * it was given before.
 */
function writtenName(eni: NetworkInterface, { instances }: NameSources): string | undefined {
  const text = eni.Description;
  return !text || SAYS_NOTHING.test(text) || (eni.Attachment?.InstanceId && !instances) ? undefined : text;
}
