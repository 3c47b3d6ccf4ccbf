import { collectDefaultMetrics, Gauge, Registry as Metrics } from 'prom-client';
import { syncFailures } from '../entities/summary';
import type { RegionSync, SyncResult } from '../entities/sync';
import type { Api, Resource } from './api';
import { ageOf } from './sourceViews';

/** `/metrics` for Prometheus. Its labels have names and ids of sources, and nothing of their buckets. */
export function metricsRoute(app: Api, { registry, collector, version, now }: Resource): void {
  const metrics = new Metrics();
  collectDefaultMetrics({ register: metrics });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `flowscope_${name}`, help, labelNames, registers: [metrics] });
  const build = gauge('build_info', 'Always 1; the version is a label.', ['version']);
  const collecting = gauge('collecting', '1 while the sidecar collects, 0 while it waits for InfluxDB.');
  const held = gauge(
    'deletion_on_hold',
    '1 while no object is deleted from any bucket, because an administrator said so.'
  );
  const heard = gauge('collector_last_heard_timestamp_seconds', 'When a collector last said that it is alive.', [
    'collector',
  ]);
  const inHand = gauge('collector_plans_in_hand', 'Objects that a collector has begun and nobody has stored yet.', [
    'collector',
  ]);
  const labels = ['source_id', 'source'];
  const enabled = gauge('source_enabled', '1 for a source that is collected from.', labels);
  const failing = gauge('source_failing', '1 when the last scan of the source failed.', labels);
  const backlog = gauge('source_backlog_objects', 'Objects that were found and wait.', labels);
  const oldest = gauge('source_oldest_age_seconds', 'Age of the oldest object that waits.', labels);
  const lastObject = gauge('source_last_object_timestamp_seconds', 'When an object was last stored.', labels);
  const objects = gauge('source_objects', 'Objects in the ledger, by state.', [...labels, 'state']);
  const flowLogEnabled = gauge('flow_log_enabled', '0 for a flow log whose records are dropped.', [
    ...['flow_log', 'account', 'region'],
  ]);
  const countedTwice = gauge(
    'counted_twice_interfaces',
    'Interfaces that both flow logs log: their sums are doubled.',
    [...['flow_log', 'other']]
  );
  const leftOut = gauge('left_out_interfaces', 'Interfaces that only this flow log logs, which is disabled.', [
    'flow_log',
  ]);
  const synced = gauge('descriptions_last_success_timestamp_seconds', 'When descriptions were last read whole.');
  const regions = gauge('descriptions_regions', 'Accounts and regions of the last sync, by how it went.', ['result']);
  const failed = gauge('descriptions_call_failed', '1 for each call of the last sync that failed.', [
    ...['account', 'region', 'call', 'reason'],
  ]);
  const ofSources = [enabled, failing, backlog, oldest, lastObject, objects];
  const ofCollectors = [heard, inHand];
  const ofFlowLogs = [flowLogEnabled, countedTwice, leftOut];

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const sources = await registry.listSources();
    const counts = await Promise.all(sources.map(({ id }) => registry.ledgerCounts(id)));
    const collectors = await registry.listCollectors(now());
    const hold = await registry.deletionHold();
    const compared = await registry.flowLogOverview(now());
    const { last, lastSuccess } = await registry.lastSync();
    // From here on without a pause: two requests at once must not mix.
    [...ofSources, ...ofCollectors, ...ofFlowLogs, regions, failed].forEach((metric) => metric.reset());
    synced.set(lastSuccess ?? 0);
    const sync = last && (JSON.parse(last.result) as SyncResult);
    sync?.regions.forEach((region) => regions.inc({ result: resultOf(region) }));
    (sync ? syncFailures(sync) : []).forEach(({ account, region, call = 'unknown', reason }) =>
      failed.set({ account, region, call, reason }, 1)
    );
    compared.flowLogs.forEach(({ id, account, region, enabled }) =>
      flowLogEnabled.set({ flow_log: id, account, region }, enabled ? 1 : 0)
    );
    compared.overlaps.forEach(({ flowLogs: [flowLog, other], interfaces }) =>
      countedTwice.set({ flow_log: flowLog, other }, interfaces)
    );
    compared.leftOut.forEach(({ flowLog, interfaces }) => leftOut.set({ flow_log: flowLog }, interfaces));
    collectors.forEach(({ name, heard: at, plansInHand }) => {
      heard.set({ collector: name }, at ?? 0);
      inHand.set({ collector: name }, plansInHand);
    });
    build.set({ version }, 1);
    collecting.set(collector.isCollecting() ? 1 : 0);
    held.set(hold ? 1 : 0);
    sources.forEach((source, i) => {
      const of = { source_id: source.id, source: source.name };
      const status = collector.runtimeStatus(source.id);
      enabled.set(of, source.enabled ? 1 : 0);
      failing.set(of, source.enabled && source.lastError !== undefined ? 1 : 0);
      if (status) {
        backlog.set(of, status.backlog);
        oldest.set(of, ageOf(status, now()));
      }
      if (source.lastObject !== undefined) {
        lastObject.set(of, source.lastObject);
      }
      counts[i].forEach(({ state, objects: n }) => objects.inc({ ...of, state }, n));
    });
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}

const resultOf = ({ error, leftOut }: RegionSync) =>
  error !== undefined ? 'failed' : leftOut !== undefined ? 'left out' : 'read';
