import { z } from 'zod';
import { accountInput, type AccountInput } from '../../contract/access';
import { removed } from '../../contract/common';
import {
  account,
  accountList,
  descriptions,
  entityPage,
  entityQuery,
  scheduleChanged,
  setSchedule,
  syncRegion,
  syncResult,
} from '../../contract/descriptions';
import { job } from '../../contract/jobs';
import { policyDocuments } from '../../contract/policies';
import { accountClients } from '../aws/clients';
import { descriptionsPolicy } from '../aws/policies';
import { syncOutcome } from '../entities/summary';
import type { RegionSync, SyncResult } from '../entities/sync';
import { homeRegion, namedRegions, readAccountId, regionsOf, usualRegions } from '../entities/targets';
import { testRegion } from '../entities/testAccount';
import { shownAccess } from '../registry/access';
import type { Account } from '../registry/accounts';
import { accountSettings } from '../registry/enteredSettings';
import type { FoundEntity } from '../registry/entities';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { readPage } from './paging';
import { expectedVersion, versioned } from './versions';

const params = z.object({ id: z.string() });

/** Accounts whose descriptions are read, the schedule and result of syncs, and the entities they found. */
export function descriptionRoutes(app: Api, { registry, secrets, collector, jobs, now }: Resource): void {
  const one = { params, response: answers(200, account) };
  const accepted = answers(202, job);

  const settingsOf = (input: AccountInput, known?: Account) => accountSettings(input, secrets, known);

  app.get('/v1/admin/accounts', { schema: { response: answers(200, accountList) } }, async () => ({
    items: (await registry.listAccounts()).map(shownAccount),
  }));

  app.post(
    '/v1/admin/accounts',
    { schema: { body: accountInput, response: answers(201, account) } },
    async (request, reply) => {
      const added = await registry.createAccount(settingsOf(request.body), askedBy(request, now()));
      return reply.status(201).send(versioned(reply, shownAccount(added)));
    }
  );

  app.get('/v1/admin/accounts/:id', { schema: one }, async (request, reply) =>
    versioned(reply, shownAccount(await registry.accountById(request.params.id)))
  );

  app.put('/v1/admin/accounts/:id', { schema: { ...one, body: accountInput } }, async (request, reply) => {
    const version = expectedVersion(request);
    const known = await registry.accountById(request.params.id);
    const by = askedBy(request, now());
    const changed = await registry.changeAccount(known.id, version, settingsOf(request.body, known), by);
    return versioned(reply, shownAccount(changed));
  });

  app.delete('/v1/admin/accounts/:id', { schema: { params, response: answers(200, removed) } }, async (request) => {
    await registry.deleteAccount(request.params.id, expectedVersion(request), askedBy(request, now()));
    return { stays: 'The descriptions that were read stay.' };
  });

  app.post('/v1/admin/accounts/:id/test', { schema: { params, response: accepted } }, async (request, reply) => {
    const tested = await registry.accountById(request.params.id);
    const usual = await usualRegions(registry);
    const started = jobs.start('account-test', async (add) => {
      const home = homeRegion(tested, usual);
      const clients = accountClients(home, secrets.signIn(tested));
      // Only for messages: where signing in fails, each call says why.
      const accountId = await readAccountId(clients.sts(), home).catch(() => undefined);
      const { regions, failures } = await regionsOf(tested, clients, { home, accountId, usual });
      failures.forEach(({ call = '', message }) => add({ region: home, action: call, state: 'fail', message }));
      let passed = failures.length === 0;
      for (const name of regions) {
        const client = clients.ec2(name);
        await testRegion(client, name, accountId, (check) => {
          passed &&= check.state === 'pass';
          add(check);
        });
        client.destroy();
      }
      return { passed };
    });
    return reply.status(202).send(started);
  });

  app.get('/v1/admin/descriptions', { schema: { response: answers(200, descriptions) } }, async (_request, reply) => {
    const { last, lastSuccess } = await registry.lastSync();
    const schedule = await registry.syncSchedule();
    const lastRun = last && { ...last, result: shownSync(JSON.parse(last.result) as SyncResult) };
    const nextRun = schedule.hourly ? collector.nextSync() : undefined;
    return versioned(reply, { lastRun, lastSuccess, nextRun, ...schedule, regions: namedRegions() });
  });

  app.put(
    '/v1/admin/descriptions/schedule',
    { schema: { body: setSchedule, response: answers(200, scheduleChanged) } },
    async (request, reply) => {
      const by = askedBy(request, now());
      const changed = await registry.setSyncSchedule(expectedVersion(request), request.body.hourly, by);
      return versioned(reply, changed);
    }
  );

  app.get('/v1/admin/descriptions/policies', { schema: { response: answers(200, policyDocuments) } }, () => ({
    documents: [descriptionsPolicy()],
  }));

  // One at a time: a request during a sync gets the job that runs.
  app.post('/v1/admin/descriptions/sync', { schema: { response: accepted } }, async (_request, reply) =>
    reply
      .status(202)
      .send(
        jobs.runningOf('sync') ??
          jobs.start('sync', async (add) =>
            shownSync(await collector.sync(({ state, of, ...region }) => add({ ...shownRegion(region), state, of })))
          )
      )
  );

  app.get(
    '/v1/admin/entities',
    { schema: { querystring: entityQuery, response: answers(200, entityPage) } },
    ({ query }) =>
      readPage(
        query,
        2,
        ({ kind, id }: FoundEntity) => [kind, id],
        (after, limit) =>
          registry.searchEntities({
            ...{ kind: query.kind, search: query.search, limit },
            after: after && { kind: after[0], id: after[1] },
          })
      )
  );
}

function shownAccount({ id, name, regions, sameAs, version, ...access }: Account): z.infer<typeof account> {
  return { id, name, regions: [...regions], sameAs, version, ...shownAccess(access) };
}

function shownSync(result: SyncResult): z.infer<typeof syncResult> {
  const { ok, seconds, regions } = result;
  return { ok, seconds, summary: syncOutcome(result), regions: regions.map(shownRegion) };
}

function shownRegion({ kinds, failures, ...region }: RegionSync): z.infer<typeof syncRegion> {
  return {
    ...region,
    // A copy: what a sync reads is counted on.
    kinds: { ...(kinds as Record<string, { found: number; named: number }>) },
    ...(failures && { failures: [...failures] }),
  };
}
