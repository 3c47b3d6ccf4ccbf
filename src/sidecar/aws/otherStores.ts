import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';

/** Host names of AWS, in all partitions that have S3. Source: "Amazon S3 endpoints and quotas", AWS general reference. */
const AWS_HOST = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/** Headers about checksums that AWS knows and other stores may refuse or want to be asked for otherwise. */
const CHECKSUM_HEADER = /^x-amz-(?:sdk-)?checksum-/;

/** The part of an HTTP request of the SDK that matters here. */
interface Request {
  readonly hostname: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** Clients whose last request went to AWS. */
const ofAws = new WeakSet<object>();

/** Whether the last request of a client went to AWS, whatever names the endpoint; false before the first one. */
export function isOfAws(client: object): boolean {
  return ofAws.has(client);
}

/**
 * Makes a client call stores that are not AWS as they want it: without AWS's newer checksums, and with Content-MD5 in the list of
 * deletions, which MinIO and Ceph ask for. Source: "MD5 fallback", AWS SDK for JavaScript v3, supplemental docs.
 */
export function suitOtherStores(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { hostname, headers, body = '' } = args.request as Request;
        if (AWS_HOST.test(hostname)) {
          ofAws.add(client);
          return next(args);
        }
        ofAws.delete(client);
        Object.keys(headers)
          .filter((name) => CHECKSUM_HEADER.test(name.toLowerCase()))
          .forEach((name) => delete headers[name]);
        if (commandName === 'DeleteObjectsCommand') {
          headers['content-md5'] = createHash('md5').update(body).digest('base64');
        }
        return next(args);
      },
    // Behind the SDK's own checksums, before the request is signed.
    { step: 'build', priority: 'low', name: 'flowscopeOtherStores' }
  );
}
