import { z } from 'zod';
import { pageQuery, removed } from '../../contract/common';
import { job } from '../../contract/jobs';
import { flowLogSetUp, flowLogSetUpInput } from '../../contract/flowLogSetUp';
import { policyDocuments, policyOptions } from '../../contract/policies';
import {
  discardInput,
  draft,
  draftPolicies,
  enabledSource,
  enableSource,
  source,
  sourceInput,
  sourcePage,
  type Draft,
  type SourceInput,
} from '../../contract/sources';
import { AwsError } from '../aws/errors';
import { policiesFor } from '../aws/policies';
import { setUpWays } from '../aws/setUp/setUp';
import type { Access } from '../registry/access';
import { RegistryError } from '../registry/errors';
import type { Source } from '../registry/sources';
import { sourceSettings } from '../registry/enteredSettings';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { startDiscard } from './discard';
import { ApiError } from './apiErrors';
import { pageOf } from './paging';
import { previewSource } from '../inspect/preview';
import { agesOf, testSource } from '../inspect/testSource';
import { toSourceView } from './sourceViews';
import { expectedVersion, versioned } from './versions';

const params = z.object({ id: z.string() });

/** S3 sources: what administrators do with them. */
export function sourceRoutes(app: Api, resource: Resource): void {
  const { registry, secrets, jobs, bucketOf, now } = resource;
  const one = { params, response: answers(200, source) };
  const accepted = answers(202, job);

  const settingsOf = (input: SourceInput, known?: Access) => sourceSettings(input, secrets, known);
  const drafted = async ({ id, source: input }: Draft): Promise<Source> => {
    const known = id === undefined ? undefined : await registry.sourceById(id);
    return { ...settingsOf(input, known?.access), id: known?.id ?? '', enabled: false };
  };
  const policies = (subject: Parameters<typeof policiesFor>[0]) => {
    try {
      return { documents: policiesFor(subject) };
    } catch (error) {
      // Only the queue's URL can be wrong here: an older version may have accepted it.
      throw error instanceof AwsError ? new ApiError(409, 'conflict', error.message, 'queueUrl') : error;
    }
  };
  // A source that cannot be listed is enabled all the same: collecting will say what is wrong.
  const agesIfListed = async (enabled: Source) => {
    try {
      return await agesOf(await bucketOf(enabled), enabled, now());
    } catch (error) {
      if (error instanceof AwsError || error instanceof RegistryError) {
        return undefined;
      }
      throw error;
    }
  };
  const startTest = (tested: Source) => jobs.start('test', (add) => testSource(tested, resource, add));
  const startPreview = (previewed: Source) => jobs.start('preview', (add) => previewSource(previewed, resource, add));

  app.get(
    '/v1/admin/sources',
    { schema: { querystring: pageQuery, response: answers(200, sourcePage) } },
    async ({ query }) => {
      const page = pageOf(await registry.listSources(), query, ({ name }) => name);
      return { ...page, items: await Promise.all(page.items.map((item) => toSourceView(item, resource))) };
    }
  );

  app.post(
    '/v1/admin/sources',
    { schema: { body: sourceInput, response: answers(201, source) } },
    async (request, reply) => {
      const settings = { ...settingsOf(request.body), enabled: false };
      const added = await registry.addSource(settings, now(), askedBy(request, now()));
      return reply.status(201).send(versioned(reply, await toSourceView(added, resource)));
    }
  );

  app.get('/v1/admin/sources/:id', { schema: one }, async (request, reply) =>
    versioned(reply, await toSourceView(await registry.sourceById(request.params.id), resource))
  );

  app.put('/v1/admin/sources/:id', { schema: { ...one, body: sourceInput } }, async (request, reply) => {
    const version = expectedVersion(request);
    const { id } = request.params;
    const { access } = await registry.sourceById(id);
    const by = askedBy(request, now());
    const changed = await registry.changeSource(id, version, settingsOf(request.body, access), by);
    return versioned(reply, await toSourceView(changed, resource));
  });

  app.delete('/v1/admin/sources/:id', { schema: { params, response: answers(200, removed) } }, async (request) => {
    const by = askedBy(request, now());
    const { bucket } = await registry.deleteSource(request.params.id, expectedVersion(request), by);
    return { stays: `Bucket ${bucket} and everything that was collected from it stay as they are.` };
  });

  app.post(
    '/v1/admin/sources/:id/enable',
    { schema: { params, body: enableSource, response: answers(200, enabledSource) } },
    async (request, reply) => {
      const by = askedBy(request, now());
      const enabled = await registry.switchSource(request.params.id, expectedVersion(request), true, by);
      return versioned(reply, { ...(await toSourceView(enabled, resource)), ages: await agesIfListed(enabled) });
    }
  );

  app.post('/v1/admin/sources/:id/disable', { schema: one }, async (request, reply) => {
    const by = askedBy(request, now());
    const disabled = await registry.switchSource(request.params.id, expectedVersion(request), false, by);
    return versioned(reply, await toSourceView(disabled, resource));
  });

  app.post('/v1/admin/sources/:id/test', { schema: { params, response: accepted } }, async (request, reply) =>
    reply.status(202).send(startTest(await registry.sourceById(request.params.id)))
  );

  app.post('/v1/admin/sources/:id/preview', { schema: { params, response: accepted } }, async (request, reply) =>
    reply.status(202).send(startPreview(await registry.sourceById(request.params.id)))
  );

  app.post(
    '/v1/admin/sources/:id/discard',
    { schema: { params, body: discardInput, response: accepted } },
    async (request, reply) => {
      const of = await registry.sourceById(request.params.id);
      return reply.status(202).send(await startDiscard(of, request.body, resource, askedBy(request, now())));
    }
  );

  app.get(
    '/v1/admin/sources/:id/policies',
    { schema: { params, querystring: policyOptions, response: answers(200, policyDocuments) } },
    async ({ params: { id }, query }) => {
      const { access, ...subject } = await registry.sourceById(id);
      return policies({ ...subject, ...access, ...query });
    }
  );

  // The same for the settings in a form that are not saved.
  app.post('/v1/admin/drafts/test', { schema: { body: draft, response: accepted } }, async (request, reply) =>
    reply.status(202).send(startTest(await drafted(request.body)))
  );

  app.post('/v1/admin/drafts/preview', { schema: { body: draft, response: accepted } }, async (request, reply) =>
    reply.status(202).send(startPreview(await drafted(request.body)))
  );

  app.post(
    '/v1/admin/drafts/policies',
    {
      schema: {
        body: draftPolicies,
        response: answers(200, policyDocuments),
      },
    },
    ({ body }) => policies({ ...body.source, ...body.options })
  );

  // How to make a flow log and what it needs, for a bucket that is there or not.
  app.post(
    '/v1/admin/drafts/flow-log',
    { schema: { body: flowLogSetUpInput, response: answers(200, flowLogSetUp) } },
    ({ body }) => ({ ways: setUpWays(body) })
  );
}
