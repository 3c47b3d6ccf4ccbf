import type { S3Client } from '@aws-sdk/client-s3';

/** An answer that the SDK takes for a success although it is none, or that S3 did not write. `name`: a code of `ERROR_CODES`. */
export class AnswerFault extends Error {
  /** `message`: what was answered, as a part of a sentence. */
  constructor(
    override readonly name:
      | 'NotS3'
      | 'NotAsListed'
      | 'ListedNotFound'
      | 'ListedNotMatching'
      | 'Overwritten'
      | 'NotDeleted'
      | 'AnyVersionDeleted',
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
  }
}

/**
 * The root element of S3's answer to the calls that collecting depends on: the SDK reads an empty body, or any other XML, as an
 * answer without content. Other calls are left out, since stores that are not AWS use other names there.
 * Source: S3 API reference, response syntax of each call.
 */
const ROOTS: Readonly<Record<string, string>> = {
  ListObjectsV2Command: 'ListBucketResult',
  DeleteObjectsCommand: 'DeleteResult',
};
const ERROR_ROOT = 'Error';
/** Maximum characters quoted of an answer that is no XML. */
const QUOTED = 40;

/** The part of an HTTP response of the SDK that matters here. */
interface Response {
  readonly statusCode: number;
  body: unknown;
}

/** Makes each call of a client throw {@link AnswerFault} `NotS3` when the answer to it is none of S3's. */
export function refuseForeignAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const answer = await next(args);
        const response = answer.response as Response;
        const { statusCode } = response;
        const isError = statusCode >= 300;
        const wanted = isError ? ERROR_ROOT : ROOTS[commandName];
        if (wanted === undefined) {
          return answer;
        }
        const body = await readAll(response.body);
        const text = body.toString('utf8');
        const root = rootOf(text);
        if (isError) {
          // The SDK fails on a body that is not S3's XML; of an empty one it takes the status alone.
          response.body = root === ERROR_ROOT ? body : Buffer.alloc(0);
        } else if (root === wanted || root === ERROR_ROOT) {
          response.body = body;
        } else {
          throw new AnswerFault('NotS3', describe(text, root));
        }
        return answer;
      },
    { step: 'deserialize', priority: 'low', name: 'flowscopeAnswers' }
  );
}

async function readAll(body: unknown): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// The root element follows the XML declaration, comments and the document type.
const ROOT = /^\uFEFF?\s*(?:<\?[^]*?\?>\s*|<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:[\w.-]+:)?([\w.-]+)/i;

/** The name of the first element, without its namespace; undefined when there is none. */
function rootOf(text: string): string | undefined {
  return ROOT.exec(text)?.[1];
}

function describe(text: string, root: string | undefined): string {
  if (text.trim() === '') {
    return 'nothing at all';
  }
  if (root === undefined) {
    return `what is no XML and begins with ${JSON.stringify(text.trim().slice(0, QUOTED))}`;
  }
  return root.toLowerCase() === 'html' ? 'an HTML page' : `XML of something else (<${root}>)`;
}
