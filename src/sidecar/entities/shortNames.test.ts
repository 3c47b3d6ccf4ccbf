import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { shortName, type NameSources } from './shortNames';

const UUID = '1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809';

const SOURCES: NameSources = {
  instances: new Map([
    ['i-1', 'orders-postgres'],
    ['i-2', 'orders-web'],
    ['i-3', undefined],
  ]),
  interfaces: new Map([
    ['i-1', 2],
    ['i-2', 1],
    ['i-3', 1],
  ]),
  resources: new Map([
    ['nat-0a1', 'NAT eu-west-1a'],
    ['vpce-0a1', 'S3 endpoint'],
    ['tgw-attach-0a1', 'tgw-core attachment'],
  ]),
};

const service = (Description: string, more: NetworkInterface = {}): NetworkInterface => ({
  RequesterManaged: true,
  InterfaceType: 'interface',
  Description,
  ...more,
});
const ofType = (InterfaceType: string, Description?: string, more: NetworkInterface = {}) =>
  service(Description ?? '', { InterfaceType: InterfaceType as NetworkInterface['InterfaceType'], ...more });
const tags = (pairs: Record<string, string>) => ({
  TagSet: Object.entries(pairs).map(([Key, Value]) => ({ Key, Value })),
});
const attached = (InstanceId: string, DeviceIndex: number, more: NetworkInterface = {}): NetworkInterface => ({
  Attachment: { InstanceId, DeviceIndex },
  ...more,
});

describe('the short name of an interface', () => {
  it.each<[string, NetworkInterface, string | undefined]>([
    ['with a tag Name', service('ELB app/shop/50dc6c49', tags({ Name: 'front door' })), 'front door'],
    ['with an empty tag Name', service('ELB app/shop/50dc6c49', tags({ Name: '' })), 'shop (ALB)'],
    ['of an ALB', service('ELB app/shop-public/2404f79701f8d02b', { RequesterId: 'amazon-elb' }), 'shop-public (ALB)'],
    ['of an NLB', ofType('network_load_balancer', 'ELB net/shop-tcp/50dc6c495c0c9188'), 'shop-tcp (NLB)'],
    ['of an NLB without a description', ofType('network_load_balancer'), 'NLB'],
    ['of a GWLB', ofType('gateway_load_balancer', 'ELB gwy/inspect/50dc6c495c0c9188'), 'inspect (GWLB)'],
    [
      'of a GWLB endpoint',
      ofType('gateway_load_balancer_endpoint', 'VPC Endpoint Interface vpce-0f1'),
      'GWLB endpoint vpce-0f1',
    ],
    [
      'of a Network Firewall',
      ofType(
        'gateway_load_balancer_endpoint',
        'VPC Endpoint Interface vpce-0f1',
        tags({ Firewall: 'arn:aws:network-firewall:eu-west-1:111122223333:firewall/edge' })
      ),
      'edge (Network Firewall)',
    ],
    [
      'of a Classic Load Balancer',
      service('ELB legacy-shop', { RequesterId: 'amazon-elb' }),
      'legacy-shop (Classic Load Balancer)',
    ],
    ['of a NAT gateway that may be read', ofType('nat_gateway', 'Interface for NAT Gateway nat-0a1'), 'NAT eu-west-1a'],
    ['of another NAT gateway', ofType('nat_gateway', 'Interface for NAT Gateway nat-0b2'), 'NAT nat-0b2'],
    ['of an endpoint that may be read', ofType('vpc_endpoint', 'VPC Endpoint Interface vpce-0a1'), 'S3 endpoint'],
    ['of another endpoint', ofType('vpc_endpoint', 'VPC Endpoint Interface vpce-0b2'), 'Endpoint vpce-0b2'],
    [
      'of a Transit Gateway that may be read',
      ofType('transit_gateway', 'Network Interface for Transit Gateway Attachment tgw-attach-0a1'),
      'tgw-core attachment',
    ],
    [
      'of another Transit Gateway',
      ofType('transit_gateway', 'Network Interface for Transit Gateway Attachment tgw-attach-0b2'),
      'Transit Gateway tgw-attach-0b2',
    ],
    ['of EC2 Instance Connect', ofType('ec2_instance_connect_endpoint', 'eice-0b2'), 'Instance Connect eice-0b2'],
    ['of a Lambda function', ofType('lambda', `AWS Lambda VPC ENI-report-builder-${UUID}`), 'report-builder (Lambda)'],
    [
      'of a Lambda function whose name ends like an id',
      ofType('lambda', `AWS Lambda VPC ENI-job-1a2b-${UUID}`),
      'job-1a2b (Lambda)',
    ],
    ['of a Lambda function as they were once', service(`AWS Lambda VPC ENI: ${UUID}`), `${UUID} (Lambda)`],
    ['of some Lambda function', ofType('lambda', 'AWS Lambda VPC ENI'), 'Lambda'],
    ['of RDS', service('RDSNetworkInterface', { RequesterId: 'amazon-rds' }), 'RDS'],
    [
      'of an RDS Proxy',
      service('Network interface for DBProxy proxy-1734138353499-orders'),
      'proxy-1734138353499-orders (RDS Proxy)',
    ],
    [
      'of ElastiCache',
      service('ElastiCache gateway-redis-001', { RequesterId: 'amazon-elasticache' }),
      'gateway-redis-001 (ElastiCache)',
    ],
    ['of ElastiCache as it was once', service('ElastiCache+sessions-0001-001'), 'sessions-0001-001 (ElastiCache)'],
    ['of Redshift', service('RedshiftNetworkInterface', { RequesterId: 'amazon-redshift' }), 'Redshift'],
    ['of DMS', service('DMSNetworkInterface'), 'DMS'],
    ['of DAX', service('DAX carts-a'), 'carts-a (DAX)'],
    ['of OpenSearch', service('ES shared-01', { RequesterId: 'amazon-elasticsearch' }), 'shared-01 (OpenSearch)'],
    [
      'of MSK',
      service(
        `DO NOT DELETE - Amazon MSK network interface for cluster arn:aws:kafka:eu-west-2:111122223333:cluster/orders/${UUID}-2.`
      ),
      'orders (MSK)',
    ],
    ['of the control plane of EKS', service('Amazon EKS production'), 'production (EKS control plane)'],
    [
      'of pods on a node of EKS',
      attached('i-3', 1, {
        ...service('aws-K8S-i-0123456789abcdef0'),
        ...tags({ 'cluster.k8s.amazonaws.com/name': 'production' }),
      }),
      'production (EKS pods)',
    ],
    ['of a pod with groups of its own', ofType('branch', 'aws-k8s-branch-eni'), 'EKS pods'],
    ['of the trunk of a node', ofType('trunk', 'aws-k8s-trunk-eni'), 'EKS pods'],
    ['of some branch', ofType('branch'), 'Branch interface'],
    ['of an ECS task', service(`arn:aws:ecs:eu-west-1:111122223333:attachment/${UUID}`), 'ECS task'],
    [
      'of an ECS task of a service',
      service(`arn:aws:ecs:eu-west-1:111122223333:attachment/${UUID}`, tags({ 'aws:ecs:serviceName': 'checkout' })),
      'checkout (ECS task)',
    ],
    ['of EFS', ofType('efs', 'EFS mount target for fs-0dcdbf56 (fsmt-0852ce33)'), 'EFS fs-0dcdbf56'],
    ['of FSx', service('AWS created network interface for fs-0123'), 'FSx fs-0123'],
    ['of a directory', service('AWS created network interface for directory d-9067012345'), 'Directory d-9067012345'],
    [
      'of License Manager',
      service('AWS created network interface for LicenseManager d-9067012345'),
      'License Manager d-9067012345',
    ],
    ['of WorkSpaces', service('Created By Amazon Workspaces for AWS Account ID 111122223333'), 'WorkSpaces'],
    ['of AppStream', service('Created By Amazon AppStream 2.0 for AWS Account ID 111122223333'), 'AppStream'],
    [
      'of a Route 53 Resolver',
      service('Route 53 Resolver: rslvr-in-55829d25:rni-9494385465'),
      'Route 53 Resolver rslvr-in-55829d25',
    ],
    ['of Glue', service('Attached to Glue using role: arn:aws:iam::111122223333:role/service-role/etl'), 'etl (Glue)'],
    [
      'of a SageMaker notebook',
      service(
        '[Do not delete] Network Interface created to access resources in your VPC for SageMaker Notebook Instance churn'
      ),
      'churn (SageMaker)',
    ],
    [
      'of a SageMaker domain',
      service('[DO NOT DELETE] ENI managed by SageMaker for Studio Domain (d-abc123) - 0a1b2c'),
      'd-abc123 (SageMaker)',
    ],
    ['of EMR', service('AWS ElasticMapReduce - j-2AXXXXXXGAPLF'), 'EMR j-2AXXXXXXGAPLF'],
    ['of CloudHSM', service('CloudHsm ENI'), 'CloudHSM'],
    ['of CloudHSM as it was once', service('CloudHSM Managed Interface'), 'CloudHSM'],
    ['of DataSync', service('datasync task-0123'), 'DataSync task-0123'],
    ['of Firehose', service('Amazon Kinesis Firehose - clicks.'), 'clicks (Firehose)'],
    ['of CodeConnections', ofType('aws_codestar_connections_managed', 'AWS CodeStar Connections'), 'CodeConnections'],
    ['of API Gateway', service('ENI managed by APIGateway'), 'API Gateway'],
    ['of a VPC link', ofType('api_gateway_managed', 'VPC Link Interface 0a1b2c'), 'API Gateway'],
    ['of Global Accelerator', ofType('global_accelerator_managed'), 'Global Accelerator'],
    ['of IoT rules', ofType('iot_rules_managed'), 'IoT rules'],
    ['of QuickSight', ofType('quicksight'), 'QuickSight'],
    ['of an instance', attached('i-2', 0, { Description: 'Primary network interface' }), 'orders-web'],
    ['of an instance with several, the first', attached('i-1', 0), 'orders-postgres eth0'],
    [
      'of an instance with several, another',
      attached('i-1', 1, { Description: 'replication' }),
      'orders-postgres eth1',
    ],
    ['of an instance without a name', attached('i-3', 0, { Description: 'bastion' }), 'bastion'],
    [
      'of an instance without a name, as EC2 makes it',
      attached('i-3', 0, { Description: 'Primary network interface' }),
      undefined,
    ],
    ['that somebody made', { Description: 'reserved for the scanner' }, 'reserved for the scanner'],
    ['that somebody made and called like a balancer', { Description: 'ELB of the shop' }, 'ELB of the shop'],
    ['of which nothing is known', {}, undefined],
  ])('%s', (_case, eni, expected) => {
    expect(shortName(eni, SOURCES)).toBe(expected);
  });

  it('is none of EC2, for an interface of an instance, while instances may not be read', () => {
    const denied = { interfaces: new Map([['i-2', 1]]) };
    expect(shortName(attached('i-2', 0, { Description: 'web' }), denied)).toBeUndefined();
    expect(shortName({ Description: 'web' }, denied)).toBe('web');
    expect(shortName(attached('i-2', 0, tags({ Name: 'tagged' })), denied)).toBe('tagged');
  });
});
