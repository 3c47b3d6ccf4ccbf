import { removed } from '../../../contract/common';
import { CHECKS, type CheckId, type CheckResult } from '../../../contract/checks';
import { job as jobSchema, type Job, type PreviewResult } from '../../../contract/jobs';
import { flowLogSetUp } from '../../../contract/flowLogSetUp';
import { policyDocuments, type PolicyOptions } from '../../../contract/policies';
import { source as sourceSchema, sourcePage, type SourceInput, type SourceView } from '../../../contract/sources';
import { answers, refuses, server } from '../../test/server';
import { sourceOf } from '../../test/sources';

/** All checks passed, but for those that `changes` names. */
export function checksOf(changes: Partial<Record<CheckId, Partial<CheckResult>>> = {}): CheckResult[] {
  return CHECKS.map(({ id, title }) => ({ id, title, state: 'pass', message: `${title} is well`, ...changes[id] }));
}

export const PREVIEW: PreviewResult = {
  looked: 3,
  hasMore: true,
  counts: {
    ...{ objects: 3, collected: 2, notCollected: 1, quarantined: 0, duplicates: 0, records: 1234, ok: 1200 },
    ...{ nodata: 30, skipdata: 4, malformed: 0, bytes: '9007199254740993', packets: '77', flows: '1200', exporters: 2 },
    reasons: { 'log-status-missing': 1 },
  },
  exporters: [
    {
      ...{ id: '111122223333/vpc-1', account: '111122223333', name: 'shop', accountName: 'Shop, production' },
      ...{ from: 'vpc', isNew: false, decision: 'count', records: 1000 },
    },
    {
      id: '111122223333/eni-2',
      account: '111122223333',
      from: 'interface',
      isNew: true,
      decision: 'count',
      records: 234,
    },
    {
      ...{ id: '111122223333/vpc-3', account: '111122223333', alias: 'Lab', name: 'lab-a' },
      ...{ from: 'vpc', isNew: false, decision: 'count', records: 7 },
    },
  ],
  overlaps: [],
  disabledFlowLogs: [],
  series: { total: 512, byMeasurement: { flow_interface: 12, flow_pair: 500 } },
  objects: [
    { key: 'AWSLogs/a.log.gz', size: 10, state: 'stored' },
    { key: 'AWSLogs/b.log.gz', size: 10, state: 'stored' },
    {
      ...{ key: 'AWSLogs/c.log.gz', size: 10, state: 'not-collected', reason: 'log-status-missing' },
      message: 'The header lacks log-status.',
    },
  ],
};

/** A sidecar that keeps sources as the real one does, as far as the tab sees it. */
export class FakeSidecar {
  /** What was asked of it to change, in order. */
  readonly changes: Array<{ what: string; body?: unknown }> = [];
  /** What the next Test finds, by the time it is asked again. */
  checks = checksOf();
  preview: PreviewResult | { error: string } = PREVIEW;
  private readonly jobs = new Map<string, Job[]>();

  constructor(public sources: SourceView[] = []) {
    const of = (id: unknown) => this.sources.find((source) => source.id === id)!;
    const body = (request: Request) => request.json() as Promise<Record<string, unknown>>;
    server.use(
      answers(sourcePage, 'get', 'admin/sources', () => ({ items: this.sources, total: this.sources.length })),
      answers(sourceSchema, 'get', 'admin/sources/:id', ({ params }) => of(params.id)),
      answers(sourceSchema, 'post', 'admin/sources', async ({ request }) => this.add(await body(request))),
      answers(sourceSchema, 'put', 'admin/sources/:id', async ({ params, request }) =>
        this.change(String(params.id), 'change', shown(await body(request)))
      ),
      answers(sourceSchema, 'post', 'admin/sources/:id/enable', ({ params }) =>
        this.change(String(params.id), 'enable', { enabled: true, state: 'new' })
      ),
      answers(sourceSchema, 'post', 'admin/sources/:id/disable', ({ params }) =>
        this.change(String(params.id), 'disable', { enabled: false, state: 'disabled' })
      ),
      answers(removed, 'delete', 'admin/sources/:id', ({ params }) => {
        const { bucket } = of(params.id);
        this.changes.push({ what: 'delete' });
        this.sources = this.sources.filter(({ id }) => id !== params.id);
        return { stays: `Bucket ${bucket} and everything that was collected from it stay as they are.` };
      }),
      answers(jobSchema, 'post', 'admin/drafts/test', async ({ request }) => {
        this.changes.push({ what: 'test', body: await body(request) });
        return this.begin(this.testSteps());
      }),
      answers(jobSchema, 'post', 'admin/drafts/preview', async ({ request }) => {
        this.changes.push({ what: 'preview', body: await body(request) });
        return this.begin(this.previewSteps());
      }),
      answers(policyDocuments, 'post', 'admin/drafts/policies', async ({ request }) => {
        const { source, options } = (await body(request)) as { source: SourceInput; options: PolicyOptions };
        const json = JSON.stringify({
          bucket: source.bucket,
          prefix: source.prefix,
          key: options.kmsKeyArn,
          queueKey: options.queueKmsKeyArn,
        });
        return {
          documents: [{ id: 'source' as const, title: 'Policy', use: 'Attach it.', json, terraform: 't', awsCli: 'c' }],
        };
      }),
      answers(flowLogSetUp, 'post', 'admin/drafts/flow-log', async ({ request }) => {
        const asked = JSON.stringify(await body(request));
        const way = (id: 'console' | 'awsCli' | 'cloudFormation' | 'terraform', title: string) => ({
          ...{ id, title },
          steps: [{ text: `By ${title}` }, { text: 'Then paste this.', code: `${title} ${asked}` }],
        });
        return {
          ways: [
            way('console', 'Console'),
            way('awsCli', 'AWS CLI'),
            way('cloudFormation', 'CloudFormation'),
            way('terraform', 'Terraform'),
          ],
        };
      }),
      // A job gets on each time it is asked for.
      answers(jobSchema, 'get', 'admin/jobs/:id', ({ params }) => {
        const steps = this.jobs.get(String(params.id))!;
        return steps.length > 1 ? steps.shift()! : steps[0];
      })
    );
  }

  /** Somebody else changes a source. */
  changeBehindTheBack(id: string, values: Partial<SourceView>): void {
    this.sources = this.sources.map((source) =>
      source.id === id ? { ...source, ...values, version: source.version + 1 } : source
    );
  }

  /** Whatever is to be changed has been changed by somebody else. */
  refuseAsStale(method: 'put' | 'post' | 'delete', path: string): void {
    server.use(
      refuses(method, path, 412, { code: 'stale', message: 'Source prod was changed by somebody else meanwhile.' })
    );
  }

  private add(input: Record<string, unknown>): SourceView {
    this.changes.push({ what: 'add', body: input });
    const added = sourceOf({ id: `src-${this.sources.length + 1}`, ...shown(input) });
    this.sources = [...this.sources, added];
    return added;
  }

  private change(id: string, what: string, values: Partial<SourceView>): SourceView {
    this.changes.push({ what, body: values });
    this.changeBehindTheBack(id, values);
    return this.sources.find((source) => source.id === id)!;
  }

  private begin([first, ...rest]: Job[]): Job {
    const id = `job-${this.jobs.size + 1}`;
    this.jobs.set(
      id,
      rest.map((job) => ({ ...job, id }))
    );
    return { ...first, id };
  }

  private testSteps(): Job[] {
    const base = { id: '', kind: 'test' as const, started: 1 };
    const passed = this.checks.every(({ state }) => state !== 'fail');
    return [
      { ...base, state: 'running', progress: [] },
      { ...base, state: 'running', progress: this.checks.slice(0, 4) },
      { ...base, state: 'done', progress: this.checks, result: { passed } },
    ];
  }

  private previewSteps(): Job[] {
    const base = { id: '', kind: 'preview' as const, started: 1, progress: [{ read: 1, of: 3 }] };
    return [
      { ...base, state: 'running' },
      'error' in this.preview
        ? { ...base, state: 'failed', error: this.preview.error }
        : { ...base, state: 'done', result: this.preview },
    ];
  }
}

/** What answers show of what was entered. */
function shown({ secretAccessKey, ...input }: Record<string, unknown>): Partial<SourceView> {
  const isKept = secretAccessKey === undefined && input.accessKeyId !== undefined;
  return { ...(input as Partial<SourceView>), hasSecret: secretAccessKey !== undefined || isKept };
}
