import { holdInput, holdState } from '../../contract/hold';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';

/** The hold on deletion: PUT stops every deletion of objects, DELETE lets them go on. */
export function holdRoutes(app: Api, { registry, now }: Resource): void {
  const path = '/v1/admin/hold';
  const response = answers(200, holdState);

  app.get(path, { schema: { response } }, async () => ({ hold: await registry.deletionHold() }));

  app.put(path, { schema: { body: holdInput, response } }, async (request) => ({
    hold: await registry.holdDeletion(request.body.reason, askedBy(request, now())),
  }));

  app.delete(path, { schema: { response } }, async (request) => {
    await registry.releaseDeletion(askedBy(request, now()));
    return {};
  });
}
