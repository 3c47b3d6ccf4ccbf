/**
 * What collecting many small objects costs at the very least: `bareLoop BUCKET CONCURRENCY` lists a bucket, and GETs and
 * DELETEs every object in it, through the SDK client that Flowscope uses. Prints the number of objects.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { s3Client } from '../../src/sidecar/aws/clients';

const [Bucket, concurrency] = process.argv.slice(2);
const client = s3Client(process.env.AWS_REGION!);

async function* keys(): AsyncGenerator<string> {
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await client.send(
      new ListObjectsV2Command({ Bucket, ContinuationToken: token })
    );
    yield* (page.Contents ?? []).map(({ Key }) => Key!);
    token = page.NextContinuationToken;
  } while (token);
}

async function loop(): Promise<void> {
  let objects = 0;
  const waiting = keys();
  const worker = async () => {
    for (let next = await waiting.next(); !next.done; next = await waiting.next()) {
      const Key = next.value;
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      await Body!.transformToByteArray();
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
      objects++;
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
  console.log(objects);
}

void loop();
