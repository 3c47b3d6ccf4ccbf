import { z } from 'zod';
import {
  addedCollector,
  collectorInput,
  collectorList,
  movedSources,
  moveInput,
  removedCollector,
  removeQuery,
} from '../../contract/collectors';
import { PRIMARY_COLLECTOR } from '../../contract/names';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';

const params = z.object({ name: z.string() });

/** Collectors: what administrators do with them. */
export function collectorRoutes(app: Api, { registry, now }: Resource): void {
  const path = '/v1/admin/collectors';

  app.get(path, { schema: { response: answers(200, collectorList) } }, async () => ({
    items: (await registry.listCollectors(now())).map((one) => ({ ...one, isPrimary: one.id === PRIMARY_COLLECTOR })),
  }));

  app.post(path, { schema: { body: collectorInput, response: answers(201, addedCollector) } }, async (request, reply) =>
    reply.status(201).send(await registry.addCollector(request.body.name, askedBy(request, now())))
  );

  app.post(
    `${path}/:name/move`,
    { schema: { params, body: moveInput, response: answers(200, movedSources) } },
    (request) => {
      const { to, sources } = request.body;
      return registry.moveSources(request.params.name, to, sources, askedBy(request, now()));
    }
  );

  app.delete(
    `${path}/:name`,
    { schema: { params, querystring: removeQuery, response: answers(200, removedCollector) } },
    (request) => registry.removeCollector(request.params.name, request.query.to, askedBy(request, now()))
  );
}
