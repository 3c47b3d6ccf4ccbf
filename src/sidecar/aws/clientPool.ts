import { finished, Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';

/** Any client of the AWS SDK: its `destroy` closes all connections, also those on which an answer still comes. */
type AwsClient = Pick<S3Client, 'destroy'>;

/** Clients that are kept at most: each has connections and credentials of its own. */
const MAX_CLIENTS = 128;

/**
 * Clients of one AWS service, shared by all who call it alike: a client is known by its kind, which says how it signs in and
 * where it calls. One that nobody uses any more is destroyed once no request of it is in flight.
 */
export class ClientPool<C extends AwsClient> {
  /** By kind; the least recently used comes first. */
  private readonly clients = new Map<string, SharedClient<C>>();

  constructor(private readonly max = MAX_CLIENTS) {}

  /** The client of a kind; `user` uses it from now on instead of the one it had. `make` makes it when there is none. */
  get(user: string, kind: string, make: () => C): C {
    const shared = this.clients.get(kind) ?? new SharedClient(make());
    // As the most recently used one.
    this.clients.delete(kind);
    this.clients.set(kind, shared);
    this.release(user, kind);
    shared.users.add(user);
    const [oldest] = this.clients.keys();
    if (this.clients.size > this.max) {
      this.drop(oldest);
    }
    return shared.client;
  }

  /** The user needs its client no more, unless that is one of the kind `kept`. */
  release(user: string, kept?: string): void {
    for (const [kind, { users }] of this.clients) {
      if (kind !== kept && users.delete(user) && users.size === 0) {
        this.drop(kind);
      }
    }
  }

  private drop(kind: string): void {
    this.clients.get(kind)?.retire();
    this.clients.delete(kind);
  }
}

/** A client that knows its users, and whether a request of it is in flight. */
class SharedClient<C extends AwsClient> {
  readonly users = new Set<string>();
  private inFlight = 0;
  private isRetired = false;

  constructor(readonly client: C) {
    // Around everything else: a request is in flight from its first attempt to its last, and while its answer is read.
    (client as unknown as Pick<S3Client, 'middlewareStack'>).middlewareStack.add(
      (next) => async (args) => {
        this.inFlight++;
        try {
          const answer = await next(args);
          const { Body: body } = answer.output as { readonly Body?: unknown };
          if (body instanceof Readable) {
            this.inFlight++;
            finished(body, () => this.end());
          }
          return answer;
        } finally {
          this.end();
        }
      },
      { step: 'initialize', priority: 'high', name: 'flowscopeInFlight' }
    );
  }

  /** Destroys the client now, or when the last request in flight has ended. */
  retire(): void {
    this.isRetired = true;
    this.destroyIfIdle();
  }

  private end(): void {
    this.inFlight--;
    this.destroyIfIdle();
  }

  private destroyIfIdle(): void {
    if (this.isRetired && this.inFlight === 0) {
      // Who still holds it may go on: it opens connections anew, and they are closed here again.
      this.client.destroy();
    }
  }
}
