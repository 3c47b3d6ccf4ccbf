import { z } from 'zod';
import { job } from '../../contract/jobs';
import { answers, type Api, type Resource } from './api';

/** The progress and result of a job. */
export function jobRoutes(app: Api, { jobs }: Resource): void {
  app.get(
    '/v1/admin/jobs/:id',
    { schema: { params: z.object({ id: z.string() }), response: answers(200, job) } },
    ({ params }) => jobs.get(params.id)
  );
}
