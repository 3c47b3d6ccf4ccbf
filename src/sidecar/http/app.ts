import swagger from '@fastify/swagger';
import fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Api, ApiDependencies } from './api';
import { collectionRoutes } from './collection';
import { collectorCallRoute } from './collectorCalls';
import { collectorRoutes } from './collectors';
import { descriptionRoutes } from './descriptions';
import { exporterRoutes } from './exporters';
import { flowLogRoutes } from './flowLogs';
import { holdRoutes } from './hold';
import { influxUserRoutes } from './influxUsers';
import { ApiError, answerErrors } from './apiErrors';
import { guard } from './guard';
import { healthRoutes } from './health';
import { jobRoutes } from './jobRoutes';
import { Jobs } from './jobs';
import { logRoutes } from './log';
import { metricsRoute } from './metrics';
import { networkRoutes } from './networks';
import { reportRoutes } from './reports';
import { searchRoutes } from './search';
import { answerUnreadable, boundedServer, SERVER_LIMITS } from './server';
import { sourceRoutes } from './sources';

const BODY_BYTES = 128 * 1024;
/** Longer than any id. */
const PARAMETER_CHARACTERS = 64;

const INTRODUCTION =
  'What Grafana’s pages use. Everything but /healthz needs the bearer token. What lies below /v1/admin is for ' +
  'administrators: the plugin’s route for viewers in Grafana says Viewer instead of Bearer. Changes carry the ETag that ' +
  'was read as If-Match: 412 says that somebody was faster.';

/** The HTTP API, ready to listen, or for tests to call with `inject`. `limits`: what its clients may take up. */
export async function createApi(deps: ApiDependencies, limits = SERVER_LIMITS): Promise<Api> {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS },
    serverFactory: (handle) => boundedServer(handle, limits, deps.log, deps.certificate),
    clientErrorHandler: answerUnreadable,
    frameworkErrors: answerErrors(deps.log),
  }).withTypeProvider<ZodTypeProvider>() as unknown as Api;
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerErrors(deps.log));
  app.addHook('onRequest', guard(deps.token));
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('Cache-Control', 'no-store').header('X-Content-Type-Options', 'nosniff');
    if (reply.statusCode === 401) {
      void reply.header('WWW-Authenticate', 'Bearer');
    }
  });
  // Answers that are under way may be finished, but a client that hangs must not keep the process.
  app.addHook('preClose', async () => {
    const grace = setTimeout(() => app.server.closeAllConnections(), limits.graceMs).unref();
    app.server.once('close', () => clearTimeout(grace));
  });
  app.setNotFoundHandler(() => {
    throw new ApiError(404, 'not-found', 'There is nothing at this path: see /v1/openapi.json.');
  });
  await app.register(swagger, {
    openapi: {
      info: { title: 'Flowscope', version: deps.version, description: INTRODUCTION },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  const jobs = new Jobs(deps.now, (error) => (error instanceof Error ? error.message : String(error)));
  const resource = { ...deps, jobs };
  const routes = [
    healthRoutes,
    sourceRoutes,
    jobRoutes,
    descriptionRoutes,
    exporterRoutes,
    flowLogRoutes,
    networkRoutes,
    holdRoutes,
    logRoutes,
    collectionRoutes,
    reportRoutes,
    searchRoutes,
    influxUserRoutes,
    collectorRoutes,
    collectorCallRoute,
    metricsRoute,
  ];
  for (const add of routes) {
    add(app, resource);
  }
  let openApi: Buffer | undefined;
  app.get('/v1/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    // It stays the same, is large, and takes long to write.
    openApi ??= Buffer.from(JSON.stringify(app.swagger()));
    return reply.type('application/json; charset=utf-8').send(openApi);
  });
  await app.ready();
  return app;
}
