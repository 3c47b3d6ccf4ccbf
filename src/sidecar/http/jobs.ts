import { randomUUID } from 'node:crypto';
import type { Job } from '../../contract/jobs';
import { ApiError } from './apiErrors';

type Kind = Job['kind'];
type Of<K extends Kind> = Extract<Job, { kind: K }>;
type Progress<K extends Kind> = Of<K>['progress'][number];
type Result<K extends Kind> = NonNullable<Of<K>['result']>;

/** Maximum concurrent jobs. */
const MAX_RUNNING = 8;
/** Maximum jobs that are remembered; the oldest are forgotten first. */
const MAX_KEPT = 100;

/** Jobs: work that one request starts and later ones ask the progress of. The newest are kept until the process ends. */
export class Jobs {
  private readonly jobs = new Map<string, Job>();
  private running = 0;

  /** `now`: Unix seconds. `explain`: a failure in words for administrators. */
  constructor(
    private readonly now: () => number,
    private readonly explain: (error: unknown) => string
  ) {}

  /** Begins a job; `work` adds to its progress, and returns its result. Throws {@link ApiError} when too many run. */
  start<K extends Kind>(kind: K, work: (add: (step: Progress<K>) => void) => Promise<Result<K>>): Job {
    if (this.running >= MAX_RUNNING) {
      throw new ApiError(429, 'too-many', `${MAX_RUNNING} jobs run already: wait for one of them to end.`);
    }
    const job = { id: randomUUID(), kind, state: 'running', started: this.now(), progress: [] } as unknown as Of<K>;
    this.jobs.set(job.id, job);
    for (const [id, { state }] of this.jobs) {
      if (this.jobs.size > MAX_KEPT && state !== 'running') {
        this.jobs.delete(id);
      }
    }
    this.running++;
    void work((step) => (job.progress as Array<Progress<K>>).push(step))
      .then((result) => Object.assign(job, { state: 'done', result }))
      .catch((error: unknown) => Object.assign(job, { state: 'failed', error: this.explain(error) }))
      .then(() => {
        job.finished = this.now();
        this.running--;
      });
    return job;
  }

  /** A job of that kind that runs now. */
  runningOf(kind: Kind): Job | undefined {
    return [...this.jobs.values()].find((job) => job.kind === kind && job.state === 'running');
  }

  /** The job with that id. Throws {@link ApiError} when it is not, or no longer, known. */
  get(id: string): Job {
    const job = this.jobs.get(id);
    if (!job) {
      throw new ApiError(404, 'not-found', 'There is no such job: it is long over, or the sidecar was restarted.');
    }
    return job;
  }
}
