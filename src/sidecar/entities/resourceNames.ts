import {
  paginateDescribeNatGateways,
  paginateDescribeTransitGateways,
  paginateDescribeTransitGatewayVpcAttachments,
  paginateDescribeVpcEndpoints,
  type EC2Client,
  type NatGateway,
  type TransitGatewayVpcAttachment,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { CallContext } from '../aws/callContext';
import { AwsError } from '../aws/errors';
import type { NAMING_ACTIONS } from '../aws/policies';
import { PAGE_SIZE, readPages } from './describe';
import { nameTag } from './shortNames';

/** The longest name of an AWS service that is written in capitals: S3, KMS, SQS. */
const LONGEST_ACRONYM = 3;

/** Codes of EC2 for a call that is denied to these credentials, or that a region does not know. */
const NOT_TO_BE_HAD: ReadonlySet<string | undefined> = new Set([
  'UnauthorizedOperation',
  'UnsupportedOperation',
  'InvalidAction',
]);

/**
 * What people call the NAT gateways, endpoints and Transit Gateway attachments of a region, by their ids: their interfaces are called
 * so, too. What may not be read is left out, as are those that nobody has named. `context`: where and for whom.
 * Throws `AwsError` when a call fails for another reason.
 */
export async function readResourceNames(
  client: EC2Client,
  context: Omit<CallContext, 'action'>
): Promise<ReadonlyMap<string, string>> {
  const paginator = { client, pageSize: PAGE_SIZE };
  const read = async <P, T>(
    action: (typeof NAMING_ACTIONS)[number],
    pages: AsyncIterable<P>,
    items: (page: P) => T[] | undefined
  ): Promise<T[]> => {
    try {
      return (await readPages({ ...context, action }, pages, items)).found;
    } catch (error) {
      if (error instanceof AwsError && NOT_TO_BE_HAD.has(error.code)) {
        return [];
      }
      throw error;
    }
  };
  const natGateways = await read(
    'ec2:DescribeNatGateways',
    paginateDescribeNatGateways(paginator, {}),
    ({ NatGateways }) => NatGateways
  );
  const endpoints = await read(
    'ec2:DescribeVpcEndpoints',
    paginateDescribeVpcEndpoints(paginator, {}),
    ({ VpcEndpoints }) => VpcEndpoints
  );
  const attachments = await read(
    'ec2:DescribeTransitGatewayVpcAttachments',
    paginateDescribeTransitGatewayVpcAttachments(paginator, {}),
    ({ TransitGatewayVpcAttachments }) => TransitGatewayVpcAttachments
  );
  const gateways =
    attachments.length === 0
      ? []
      : await read(
          'ec2:DescribeTransitGateways',
          paginateDescribeTransitGateways(paginator, {}),
          ({ TransitGateways }) => TransitGateways
        );
  const gatewayNames = new Map(gateways.map(({ TransitGatewayId, Tags }) => [TransitGatewayId, nameTag(Tags)]));
  return new Map(
    [
      ...natGateways.map((gateway) => [gateway.NatGatewayId, natName(gateway)] as const),
      ...endpoints.map((endpoint) => [endpoint.VpcEndpointId, endpointName(endpoint)] as const),
      ...attachments.map(
        (one) => [one.TransitGatewayAttachmentId, attachmentName(one, gatewayNames.get(one.TransitGatewayId))] as const
      ),
    ].filter((pair): pair is readonly [string, string] => pair.every(Boolean))
  );
}

/** With the kind in front, unless the name says it: `NAT eu-west-1a`. */
function natName({ Tags }: NatGateway): string | undefined {
  const name = nameTag(Tags);
  return name && (/\bnat/i.test(name) ? name : `NAT ${name}`);
}

/** Its own name, else that of the service: `S3 endpoint`, `ecr.api endpoint`. */
function endpointName({ Tags, ServiceName }: VpcEndpoint): string | undefined {
  const name = nameTag(Tags) ?? serviceOf(ServiceName);
  return name && (/\bendpoint\b/i.test(name) ? name : `${name} endpoint`);
}

/** The service in `com.amazonaws.eu-west-1.ecr.api`; that of another account is the last part, `vpce-svc-0123`. */
function serviceOf(name: string | undefined): string | undefined {
  const [, account, service] =
    /^(?:com|cn|aws)\.[\w.-]*?(vpce\.)?[a-z]{2}(?:-[a-z]+)+-\d\.(.+)$/.exec(name ?? '') ?? [];
  return service && !account && service.length <= LONGEST_ACRONYM ? service.toUpperCase() : service;
}

/** Its own name, else that of its Transit Gateway: `tgw-core attachment`. */
function attachmentName({ Tags }: TransitGatewayVpcAttachment, gateway: string | undefined): string | undefined {
  const name = nameTag(Tags) ?? gateway;
  return name && (/\battach/i.test(name) ? name : `${name} attachment`);
}
