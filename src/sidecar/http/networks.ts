import { pageQuery, removed } from '../../contract/common';
import { network, networkInput, networkPage, networkQuery } from '../../contract/networks';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { pageOf } from './paging';

/** CIDRs with names. They have slashes, so they go into bodies and queries. */
export function networkRoutes(app: Api, { registry, now }: Resource): void {
  const path = '/v1/admin/networks';

  app.get(path, { schema: { querystring: pageQuery, response: answers(200, networkPage) } }, async ({ query }) =>
    pageOf(await registry.listNetworks(), query, ({ cidr }) => cidr)
  );

  app.post(path, { schema: { body: networkInput, response: answers(201, network) } }, async (request, reply) => {
    const { cidr, name } = request.body;
    return reply.status(201).send(await registry.addNetwork(cidr, name, askedBy(request, now())));
  });

  app.delete(path, { schema: { querystring: networkQuery, response: answers(200, removed) } }, async (request) => {
    await registry.removeNetwork(request.query.cidr, askedBy(request, now()));
    return { stays: 'Traffic that was collected under it keeps it, with its name.' };
  });
}
