import type { Patch } from './bundle';

/** A fault that is planted into a copy of the sidecar, to see that the simulation finds it. */
export interface PlantedFault {
  readonly name: string;
  readonly patches: readonly Patch[];
}

const PIPELINE = 'src/sidecar/collect/object/pipeline.ts';
const STORE_OBJECT = 'src/sidecar/collect/object/storeObject.ts';

/** Faults that the rules of the data path exclude, each as small as it would be made by mistake. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'no ledger write',
    patches: [
      {
        file: STORE_OBJECT,
        find: '  const noted = await deps.registry.recordStored(',
        put: "  const noted = 'stored' as string;\n  void (",
      },
      {
        file: STORE_OBJECT,
        find: 'flowLog, entry, unread },\n    deps.now()\n  );',
        put: 'flowLog, entry, unread }\n  );',
      },
    ],
  },
  {
    name: 'delete before the last acknowledgement',
    patches: [
      {
        file: STORE_OBJECT,
        find: 'expired += await deps.writer.write(policy, isFirst ? Buffer.concat([Buffer.from(trail!), lines]) : lines);',
        put: 'void deps.writer.write(policy, lines).catch(() => undefined);',
      },
    ],
  },
  {
    name: 'an hour forgotten',
    patches: [
      {
        file: 'src/sidecar/registry/plans.ts',
        find: '  markHoursDirty(db, added, now);\n',
        put: '  void added;\n',
      },
    ],
  },
  {
    name: 'no If-Match',
    patches: [
      {
        file: 'src/sidecar/aws/bucket.ts',
        find: 'new DeleteObjectCommand({ Bucket: this.name, Key: key, IfMatch: etag || undefined })',
        put: 'new DeleteObjectCommand({ Bucket: this.name, Key: key })',
      },
      {
        file: 'src/sidecar/aws/bucket.ts',
        find: '({ Key: key, ETag: etag || undefined }));',
        put: '({ Key: key }));',
      },
    ],
  },
  {
    name: 'an offset used twice',
    patches: [
      {
        file: STORE_OBJECT,
        find: 'offsets.release(acquiredOffsets.filter((offset) => !used.has(offset)));',
        put: 'void used, offsets.release(acquiredOffsets);',
      },
    ],
  },
  {
    name: 'a plan ignored',
    patches: [
      {
        file: PIPELINE,
        find: '  let plan = await findPlanByName(object, registry);',
        put: '  let plan = await findPlanByName(object, registry);\n  plan = plan?.isStored ? plan : undefined;',
      },
      {
        file: 'src/sidecar/registry/plans.ts',
        find: "    markHoursDirty(db, unwritten, now);\n    return { outcome: 'existing', plan: known };",
        put: "    markHoursDirty(db, unwritten, now);\n    return { outcome: 'granted', plan: known };",
      },
    ],
  },
  {
    name: 'an owner of another version',
    patches: [
      {
        file: 'src/sidecar/collect/object/readObject.ts',
        find: 'tables = await owners.tables(terms.owners);',
        put: 'tables = await owners.tables(await owners.newest());',
      },
    ],
  },
];
