import { logPage, logQuery, type LogLine } from '../../contract/log';
import { answers, type Api, type Resource } from './api';
import { readPage } from './paging';

/** The last lines of the sidecar's log, for administrators. */
export function logRoutes(app: Api, { readLog }: Resource): void {
  app.get('/v1/admin/log', { schema: { querystring: logQuery, response: answers(200, logPage) } }, ({ query }) =>
    readPage(
      query,
      1,
      ({ id }: LogLine) => [String(id)],
      (after, limit) => Promise.resolve(readLog(query.level, limit, after && Number(after[0])))
    )
  );
}
