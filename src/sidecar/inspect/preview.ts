import type { S3Client } from '@aws-sdk/client-s3';
import type { PreviewResult } from '../../contract/jobs';
import { Bucket, type ObjectRef } from '../aws/bucket';
import { bucketRegion, checkRegion } from './checkRegion';
import { s3Client } from '../aws/clients';
import { s3OptionsOf } from '../aws/s3Options';
import { AwsError } from '../aws/errors';
import type { Decoder } from '../collect/decode/decoder';
import { ExporterDecisions } from '../collect/object/exporterDecisions';
import { inspectObject } from '../collect/object/inspectObject';
import { readOnlyOwnerVersions } from '../collect/object/ownerVersions';
import type { ObjectOutcome } from '../collect/object/object';
import { Tally } from '../collect/tally';
import type { Source } from '../registry/sources';
import { RETENTION_DAYS } from '../rollup/terms';
import { namesOfExporters } from '../registry/exporterNames';
import { compareSamples, flowLogsOf, type Sample } from './compareSamples';
import { SeriesCounter } from './seriesCounter';
import { findObjects, type TestDependencies } from './testSource';

/** Maximum objects to read: the newest, taking turns between flow logs. */
const NEWEST = 20;
/** Maximum compressed bytes to read; the first object is read whatever its size. */
const MAX_BYTES = 100 * 1024 * 1024;

type PreviewDependencies = Omit<TestDependencies, 'store' | 'version'> & { readonly decoder: Decoder };

/**
 * Shows what collecting a source's newest objects would do: reads them and writes nothing. Throws `AwsError`, and an error that
 * quotes the first line when none of their records can be read.
 */
export async function previewSource(
  source: Source,
  deps: PreviewDependencies,
  onProgress: (progress: { read: number; of: number }) => void
): Promise<PreviewResult> {
  const { registry, secrets, decoder, now } = deps;
  const { region, access } = source;
  const client = s3Client(region, secrets.signIn(access), s3OptionsOf(source));
  try {
    await refuseWrongRegion(client, source, deps);
    const bucket = new Bucket(client, source.bucket, region);
    const { newest, flowLogs, isAll, older } = await findObjects(bucket, source.prefix, NEWEST, now());
    await bucket.checkClock(now, source.prefix, newest);
    const objects = withinBytes(newest);
    const look = {
      ...{ registry, decoder, now },
      exporters: new ExporterDecisions(registry, now),
      owners: readOnlyOwnerVersions(registry, now),
    };
    const tally = new Tally();
    const series = new SeriesCounter();
    const exporters = new Map<string, PreviewResult['exporters'][number]>();
    const samples: Sample[] = [];
    const rows: PreviewResult['objects'] = [];
    const unreadable: string[] = [];
    let hasReadable = false;
    for (const object of objects) {
      onProgress({ read: rows.length, of: objects.length });
      const open = () => bucket.open(object);
      const outcome = await inspectObject({ ...object, sourceId: source.id || 'preview', open }, look, series);
      tally.add(object, outcome);
      addExporters(exporters, outcome);
      samples.push({
        key: object.key,
        logged: outcome.summary?.logged ?? [],
        columns: outcome.proposal?.flowLog?.columns,
      });
      hasReadable ||= (outcome.summary?.ok ?? outcome.readable ?? 0) > 0;
      const problem = unreadableWords(object, outcome);
      if (problem !== undefined) {
        unreadable.push(problem);
      }
      const { state, reason, message } = outcome;
      rows.push({ key: object.key, size: object.size, state, reason, message });
    }
    onProgress({ read: objects.length, of: objects.length });
    if (unreadable.length > 0 && !hasReadable) {
      throw new Error(`None of the newest records can be read. ${unreadable[0]}`);
    }
    const known = new Map((await registry.exporterOverview(now())).exporters.map(({ id, alias }) => [id, { alias }]));
    const decisions = await registry.decideExporters([...exporters.keys()], now());
    const namesOf = await namesOfExporters(registry, [...exporters.values()]);
    const disabled = new Set(await registry.disabledFlowLogs());
    return {
      looked: objects.length,
      hasMore: !isAll || flowLogs > objects.length,
      ages: { listed: flowLogs, isAll, older, keptDays: RETENTION_DAYS },
      counts: tally.counts(),
      exporters: [...exporters.values()].map((exporter) => ({
        ...exporter,
        ...known.get(exporter.id),
        ...namesOf(exporter),
        isNew: !known.has(exporter.id),
        decision: decisions[exporter.id],
      })),
      overlaps: await compareSamples(samples, registry, now()),
      disabledFlowLogs: flowLogsOf(samples).filter((id) => disabled.has(id)),
      series: series.counts(),
      objects: rows,
    };
  } finally {
    client.destroy();
  }
}

/** Throws when the source's region is not the bucket's: some stores answer in any region, but Test fails then. */
async function refuseWrongRegion(client: S3Client, source: Source, { collector }: PreviewDependencies): Promise<void> {
  const context = { ...source, action: 's3:GetBucketLocation', collector: collector.name };
  const { state, message, fix } = await checkRegion(() => bucketRegion(client, source.bucket), context);
  if (state === 'fail') {
    throw new AwsError('PermanentRedirect', fix ? `${message}. ${fix.text.replace(/\.?$/, '.')}` : message);
  }
}

/** Why no record of traffic in an object can be read; undefined where one can, or there is none. */
function unreadableWords({ key }: ObjectRef, { reason, message, summary }: ObjectOutcome): string | undefined {
  if (reason === 'unreadable') {
    return `${key}: ${message}`;
  }
  const [first] = summary?.quotes ?? [];
  return summary?.ok === 0 && first !== undefined ? `${key}: ${first.reason}: "${first.line}"` : undefined;
}

function withinBytes(objects: readonly ObjectRef[]): ObjectRef[] {
  let bytes = 0;
  return objects.filter(({ size }, i) => (bytes += size) <= MAX_BYTES || i === 0);
}

function addExporters(all: Map<string, PreviewResult['exporters'][number]>, { state, summary }: ObjectOutcome): void {
  if (state !== 'stored' || !summary) {
    return;
  }
  for (const [id, { exporter, records }] of summary.exporters) {
    const before = all.get(id)?.records ?? 0;
    all.set(id, { ...exporter, isNew: false, decision: 'count', records: before + records });
  }
}
