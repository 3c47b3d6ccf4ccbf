import { searchAnswer, searchQuery } from '../../contract/search';
import { answers, type Api, type Resource } from './api';

const DESCRIPTION =
  'Finds interfaces, instances, networks, subnets, VPCs, accounts and addresses by a name, an id, an address or a CIDR, or by a part ' +
  'of one: the best matches first. Of an address it says who has it in each VPC, and who had it in the last week.';

/** The search of the page Reports. */
export function searchRoutes(app: Api, { registry }: Resource): void {
  app.get(
    '/v1/search',
    { schema: { description: DESCRIPTION, querystring: searchQuery, response: answers(200, searchAnswer) } },
    ({ query: { q, limit } }) => registry.search(q, limit)
  );
}
