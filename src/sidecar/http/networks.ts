import { pageQuery, removed } from '../../contract/common';
import { network, networkChange, networkInput, networkPage, networkQuery } from '../../contract/networks';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { pageOf } from './paging';
import { expectedVersion, versioned } from './versions';

/** CIDRs with names. They have slashes, so they go into bodies and queries. */
export function networkRoutes(app: Api, { registry, now }: Resource): void {
  const path = '/v1/admin/networks';

  app.get(path, { schema: { querystring: pageQuery, response: answers(200, networkPage) } }, async ({ query }) =>
    pageOf(await registry.listNetworks(), query, ({ cidr }) => cidr)
  );

  app.post(path, { schema: { body: networkInput, response: answers(201, network) } }, async (request, reply) => {
    const added = await registry.addNetwork(request.body, askedBy(request, now()));
    return reply.status(201).send(versioned(reply, added));
  });

  app.put(path, { schema: { body: networkChange, response: answers(200, network) } }, async (request, reply) => {
    const version = expectedVersion(request);
    return versioned(reply, await registry.changeNetwork(request.body, version, askedBy(request, now())));
  });

  app.delete(path, { schema: { querystring: networkQuery, response: answers(200, removed) } }, async (request) => {
    await registry.removeNetwork(request.query.cidr, askedBy(request, now()));
    return { stays: 'Traffic that was collected under it keeps it, with its name.' };
  });
}
