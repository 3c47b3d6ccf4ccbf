import { pageQuery } from '../../contract/common';
import { changeFlowLogs, flowLogPage, flowLogsChanged } from '../../contract/flowLogs';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { pageOf } from './paging';
import { expectedVersion, versioned } from './versions';

/** The flow logs that objects were collected of: which log the same, and which are disabled. */
export function flowLogRoutes(app: Api, { registry, now }: Resource): void {
  const path = '/v1/admin/flow-logs';

  app.get(
    path,
    { schema: { querystring: pageQuery, response: answers(200, flowLogPage) } },
    async ({ query }, reply) => {
      const { flowLogs, ...rest } = await registry.flowLogOverview(now());
      const page = pageOf(flowLogs, query, ({ id }) => id);
      const names = await registry.findDescriptions(page.items.map(({ account }) => account));
      const items = page.items.map(({ columns, actions, ...flowLog }) => ({
        ...flowLog,
        ...{ columns: [...columns], actions: [...actions], accountName: names[flowLog.account] },
      }));
      return versioned(reply, { ...page, items, ...rest });
    }
  );

  app.patch(
    path,
    { schema: { body: changeFlowLogs, response: answers(200, flowLogsChanged) } },
    async (request, reply) => {
      const version = await registry.changeFlowLogs(expectedVersion(request), request.body, askedBy(request, now()));
      return versioned(reply, { version });
    }
  );
}
