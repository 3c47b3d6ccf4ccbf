import { z } from 'zod';
import { reportAnswer, reportQuery } from '../../contract/reports';
import type { FilterName } from '../../reports/filters';
import { REPORTS, reportNamed } from '../../reports/reports';
import { csvOf, jsonOf } from '../reporting/formats';
import { UnknownName } from '../reporting/names';
import { DEFAULTS, readFilter, readOptions, WrongOption } from '../reporting/options';
import { runReport } from '../reporting/report';
import { reportListing, unknownText } from '../reporting/unknown';
import { InfluxError } from '../store/influx';
import { answers, type Api, type Resource } from './api';
import { ApiError } from './apiErrors';
import { Turns } from './turns';

const params = z.object({ name: z.string() });

/** Reports that wait while another one is worked out. */
const MAX_WAITING = 8;

const DESCRIPTION =
  'A report, as `flowscope report` prints it. JSON, or its rows as CSV with `format=csv` or `Accept: text/csv`.';

const asTyped = (option: string) => option;

/** Reports for programs and spreadsheets, as `flowscope report` has them. */
export function reportRoutes(app: Api, { store, now, log }: Resource): void {
  // One after another: each is a dozen queries, and InfluxDB has flow logs to take and dashboards to answer.
  const turns = new Turns(MAX_WAITING);

  app.get(
    '/v1/reports/:name',
    {
      schema: { description: DESCRIPTION, params, querystring: reportQuery, response: answers(200, reportAnswer) },
    },
    async (request, reply) => {
      const { filter = [], format, ...typed } = request.query;
      const report = reportNamed(request.params.name);
      if (!report) {
        const names = REPORTS.map(({ name }) => name).join(', ');
        throw new ApiError(404, 'not-found', `There is no report ${request.params.name}. Reports: ${names}.`);
      }
      const filters = filter.map((text) => wrongIs400(() => readFilter(report, text, asTyped)));
      const options = wrongIs400(() => readOptions(report, { ...DEFAULTS, ...typed, filters }, now() * 1000, asTyped));
      const result = await turns
        .take(() => runReport(store, report, options))
        .catch((error: unknown) => {
          throw toApiError(error, log);
        });
      void reply.header('Vary', 'Accept');
      if ((format ?? preferred(request.headers.accept)) === 'csv') {
        void reply
          .type('text/csv; charset=utf-8; header=present')
          .header('Content-Disposition', `attachment; filename="${report.uid}.csv"`);
        // Text goes out as it is; the schema is that of JSON.
        return reply.send(csvOf(report, result) as never);
      }
      return jsonOf(report, result);
    }
  );
}

function wrongIs400<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof WrongOption ? new ApiError(400, 'invalid', error.message, error.option) : error;
  }
}

/** What is told of a report that failed. What InfluxDB says is for administrators: it names where InfluxDB is. */
function toApiError(error: unknown, log: Resource['log']): unknown {
  if (error instanceof UnknownName) {
    return new ApiError(400, 'invalid', unknownText(error, pathListing), 'filter');
  }
  if (error instanceof InfluxError) {
    log(`A report failed: ${error.message}`);
    return new ApiError(503, 'unavailable', 'InfluxDB does not answer as it should: the sidecar’s log says more.');
  }
  return error;
}

/** The path of the report that lists the values that a filter may have. */
function pathListing(filter: FilterName): string | undefined {
  const listing = reportListing(filter);
  return listing && `/v1/reports/${listing.name}`;
}

/** What a client would rather have, by its header `Accept`: JSON unless it ranks CSV above it. */
function preferred(accept = ''): 'json' | 'csv' {
  const wanted = accept
    .split(',')
    .map((part) => {
      const [type, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = parameters.find((text) => text.startsWith('q='));
      return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return wanted.find(({ type }) => ['text/csv', 'application/json', '*/*'].includes(type))?.type === 'text/csv'
    ? 'csv'
    : 'json';
}
