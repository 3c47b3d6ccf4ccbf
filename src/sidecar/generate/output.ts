import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3Client } from '../aws/clients';
import { explainAwsError } from '../aws/errors';
import { GenerateError } from './inventory';

/** Where generated objects go. */
export interface OutputTarget {
  /** For messages: the folder or the s3:// address. */
  name: string;
  /** Prefix of all keys: empty, or ending with `/`. */
  prefix: string;
  /** Where a file about the objects goes by default; undefined: nowhere. */
  fileFor(name: string): string | undefined;
  /** Stores an object. @throws Error of the file system, or AwsError */
  put(key: string, body: Buffer): Promise<void>;
  close(): void;
}

/**
 * Opens `s3://bucket[/prefix]` or a folder, which is created if missing.
 * @param region the bucket's region; undefined: the environment's
 * @throws GenerateError if an s3 address names no bucket or has no region
 */
export function openOutput(out: string, region: string | undefined): OutputTarget {
  return out.startsWith('s3://') ? bucketOutput(out, region) : folderOutput(out);
}

function folderOutput(folder: string): OutputTarget {
  const made = new Set<string>();
  return {
    name: folder,
    prefix: '',
    fileFor: (name) => join(folder, name),
    async put(key, body) {
      const file = join(folder, key);
      const parent = dirname(file);
      if (!made.has(parent)) {
        await mkdir(parent, { recursive: true });
        made.add(parent);
      }
      await writeFile(file, body);
    },
    close() {},
  };
}

function bucketOutput(address: string, wantedRegion: string | undefined): OutputTarget {
  const [bucket, ...folders] = address.slice('s3://'.length).split('/');
  const region = wantedRegion ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (bucket === '') {
    throw new GenerateError(`${address} names no bucket: write s3://bucket or s3://bucket/prefix`);
  }
  if (region === undefined) {
    throw new GenerateError(`In which region is ${bucket}? Say it with --region, or set AWS_REGION`);
  }
  const prefix = folders.filter((folder) => folder !== '').join('/');
  const client = s3Client(region);
  return {
    name: address,
    prefix: prefix === '' ? '' : `${prefix}/`,
    fileFor: () => undefined,
    async put(key, body) {
      try {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
      } catch (cause) {
        throw explainAwsError(cause, { action: 's3:PutObject', bucket, region, key });
      }
    },
    close: () => client.destroy(),
  };
}
