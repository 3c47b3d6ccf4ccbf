import { influxUserInput, influxUserMade } from '../../contract/influxUser';
import { isRefusal } from '../store/influx';
import { makeReader } from '../store/reader';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { ApiError } from './apiErrors';

/** The user of InfluxDB that Grafana reads with. */
export function influxUserRoutes(app: Api, { registry, store, now }: Resource): void {
  app.post(
    '/v1/admin/influx-users',
    { schema: { body: influxUserInput, response: answers(200, influxUserMade) } },
    async (request) => {
      const by = askedBy(request, now());
      const { name } = request.body;
      const made = await makeReader(store.settings, request.body).catch((error: unknown) => {
        // It answers: what stands in the way is there, and is for people to change.
        throw isRefusal(error) ? new ApiError(409, 'conflict', error.message) : error;
      });
      await registry.recordInfluxUser(by, name, store.settings.database, made.isNew);
      return made;
    }
  );
}
