import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageQuery } from '../../contract/common';
import { changeExporters, exporterPage, exportersChanged, setAlias, setLimit } from '../../contract/exporters';
import type { ExporterChange } from '../registry/exporterChanges';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { namesOfExporters } from '../registry/exporterNames';
import { pageOf } from './paging';
import { expectedVersion, versioned } from './versions';

const EXAMPLES = 5;

/** Who produces the traffic. Ids have slashes, so they go into bodies. */
export function exporterRoutes(app: Api, { registry, now }: Resource): void {
  const changed = answers(200, exportersChanged);
  const change = async (request: FastifyRequest, reply: FastifyReply, what: ExporterChange) => {
    const version = await registry.changeExporters(expectedVersion(request), what, askedBy(request, now()));
    return versioned(reply, { version });
  };

  app.get(
    '/v1/admin/exporters',
    { schema: { querystring: pageQuery, response: answers(200, exporterPage) } },
    async ({ query }, reply) => {
      const { exporters, overflow, limit, counted, version } = await registry.exporterOverview(now());
      const page = pageOf(exporters, query, ({ id }) => id);
      const namesOf = await namesOfExporters(registry, page.items);
      return versioned(reply, {
        ...page,
        items: page.items.map((exporter) => ({ ...exporter, ...namesOf(exporter) })),
        ...{ limit, counted, version },
        overflow: {
          exporters: overflow.exporters.length,
          records: overflow.exporters.reduce((sum, { records }) => sum + records, overflow.otherRecords),
          examples: overflow.exporters.slice(0, EXAMPLES).map(({ id }) => id),
        },
        fallbacks: exporters.filter(({ from, state }) => from !== 'vpc' && state === 'counted').length,
      });
    }
  );

  app.patch('/v1/admin/exporters', { schema: { body: changeExporters, response: changed } }, (request, reply) =>
    change(request, reply, request.body)
  );
  app.put('/v1/admin/exporters/alias', { schema: { body: setAlias, response: changed } }, (request, reply) =>
    change(request, reply, request.body)
  );
  app.put('/v1/admin/exporters/limit', { schema: { body: setLimit, response: changed } }, (request, reply) =>
    change(request, reply, request.body)
  );
}
