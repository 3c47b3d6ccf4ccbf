import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { capture, environment } from '../../scripts/services';
import type { WorldDescription } from '../world/description';
import { flowLogKey, flowLogObject, s3Of } from '../world/oddObjects';

interface Inventory {
  readonly vpcs: ReadonlyArray<{ readonly id: string }>;
  readonly subnets: ReadonlyArray<{ readonly id: string; readonly vpcId: string }>;
  readonly instances: ReadonlyArray<{ readonly subnetId: string }>;
  readonly interfaces: ReadonlyArray<{ readonly subnetId: string }>;
}

/** An object as a listing shows it: what must not change. */
export interface Listed {
  readonly key: string;
  readonly etag: string;
  readonly modified: string;
}

/** A bucket of one test in the local AWS, which the test reaches without Flowscope. */
export class Bucket {
  readonly name = `e2e-${randomUUID().slice(0, 13)}`;
  private readonly s3: S3Client;

  private constructor(
    private readonly world: WorldDescription,
    readonly region: string
  ) {
    this.s3 = s3Of(world.awsUrl, region);
  }

  /** An empty one. */
  static async create(world: WorldDescription, region = world.company.region): Promise<Bucket> {
    const bucket = new Bucket(world, region);
    await bucket.s3.send(
      new CreateBucketCommand({
        Bucket: bucket.name,
        CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' },
      })
    );
    return bucket;
  }

  /**
   * Lets flow logs of ten minutes of the company's first VPC arrive, others each time. Of interfaces of their own: the world's own
   * flow logs have the company's already.
   */
  async fill(): Promise<void> {
    const { env, inventoryFile } = this.world.generate;
    const dir = mkdtempSync(join(tmpdir(), 'flowscope-inventory-'));
    const file = join(dir, 'inventory.json');
    const inventory = JSON.stringify(firstVpc(JSON.parse(readFileSync(inventoryFile, 'utf8')) as Inventory));
    const ending = randomInt(0x1000, 0x10000).toString(16);
    writeFileSync(file, inventory.replace(/(eni-[0-9a-f]+)[0-9a-f]{4}"/g, `$1${ending}"`));
    const { code, output } = await capture(
      process.execPath,
      [
        ...['dist/sidecar/flowscope.mjs', 'generate', '--out', `s3://${this.name}`, '--region', this.region],
        ...['--inventory', file, '--minutes', '10', '--seed', String(randomInt(1e6))],
      ],
      { env: environment({ ...env }) }
    );
    rmSync(dir, { recursive: true });
    if (code !== 0) {
      throw new Error(`flowscope generate ended with ${code}: ${output}`);
    }
  }

  /** Lets an object arrive whose flow log lacks a field. */
  async deliverWithout(field: string): Promise<void> {
    const delivery = {
      ...{ accountId: this.world.company.accountIds[0], region: this.region },
      now: Math.floor(Date.now() / 1000),
    };
    const Key = flowLogKey(delivery, randomUUID().slice(0, 8));
    const Body = flowLogObject(delivery, [], field);
    await this.s3.send(new PutObjectCommand({ Bucket: this.name, Key, Body }));
  }

  /** All objects in it. */
  async list(): Promise<Listed[]> {
    const page = await this.s3.send(new ListObjectsV2Command({ Bucket: this.name }));
    return (page.Contents ?? []).map(({ Key, ETag, LastModified }) => ({
      ...{ key: Key!, etag: ETag!, modified: LastModified!.toISOString() },
    }));
  }
}

/** A company of one VPC: all of its flow logs have what Flowscope needs. */
function firstVpc({ vpcs, subnets, instances, interfaces, ...rest }: Inventory): Inventory {
  const kept = subnets.filter(({ vpcId }) => vpcId === vpcs[0].id);
  const isKept = ({ subnetId }: { subnetId: string }) => kept.some(({ id }) => id === subnetId);
  return {
    ...rest,
    ...{ vpcs: [vpcs[0]], subnets: kept, instances: instances.filter(isKept), interfaces: interfaces.filter(isKept) },
  };
}
