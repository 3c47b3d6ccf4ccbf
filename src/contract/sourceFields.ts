import type { z } from 'zod';
import { isAccessPointArn } from './accessPoint';
import { collectorsIn, PRIMARY_COLLECTOR } from './names';
import type { nameByPeople, region } from './common';

/** S3's rules for bucket names, in short. Source: "Bucket naming rules", Amazon S3 user guide. */
const BUCKET = /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * https, but for test doubles: …/ACCOUNT/NAME. Source: "Amazon SQS queue and message identifiers", SQS developer guide.
 */
const QUEUE_URL = /^(https:\/\/|http:\/\/(?!.*\.amazonaws\.com))[a-z0-9.-]+(:\d{1,5})?\/\d{12}\/[\w-]{1,80}(\.fifo)?$/;

/** What collectors are called. */
export const COLLECTOR_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

const POLL_SECONDS = { min: 10, max: 3600, default: 60 } as const;
const OBJECTS_IN_FLIGHT = { min: 1, max: 64, default: 8 } as const;

/**
 * The settings of a source, each described once. The schemas of the API, the columns of the registry, the audit trail, the
 * options of the command line and the fields of the form follow from this table: a new setting is an entry here, plus the
 * code that uses it (`src/sidecar/aws/s3Options.ts`, if calls of S3 do). How a source signs in to AWS is no part of it: see
 * `access.ts`.
 */
export const SOURCE_FIELDS = {
  name: {
    type: 'text',
    schema: ({ nameByPeople }) => nameByPeople,
    label: 'Name',
    section: 'bucket',
    description: 'How the source is called in Flowscope and in alerts.',
    placeholder: 'production',
    maxLength: 64,
    whenMissing: 'Enter a name',
    isIgnoredByTest: true,
  },
  bucket: {
    type: 'text',
    schema: ({ z }) =>
      z
        .string()
        .refine((text) => !isAccessPointArn(text.trim()), {
          error:
            'that is the ARN of an access point: enter its alias, which ends with -s3alias, or the name of its bucket',
          abort: true,
        })
        .regex(BUCKET, 'that is no valid bucket name: 3 to 63 lower-case letters, digits, dots and hyphens'),
    label: 'Bucket',
    section: 'bucket',
    description: 'Its name, or an access point’s alias; s3://bucket/prefix or an ARN may be pasted.',
    saysWhere: true,
    whenMissing: 'Enter the bucket',
    option: {
      value: 'bucket',
      help: 'the bucket that flow logs are delivered to; s3://bucket/prefix says its prefix too',
    },
  },
  /** What keys begin with; empty for the whole bucket. */
  prefix: {
    type: 'text',
    default: '',
    // S3 compares prefixes letter by letter: without the slash, prod would be prod-archive too.
    schema: ({ z }) =>
      z
        .string()
        .max(1000)
        .transform((prefix) => prefix.replace(/^\/+|\/+$/g, ''))
        .transform((prefix) => (prefix === '' ? '' : `${prefix}/`)),
    label: 'Prefix',
    section: 'bucket',
    description: 'Folder above AWSLogs/; empty = whole bucket.',
    saysWhere: true,
    option: { value: 'prefix', help: 'folder above AWSLogs/; without one the whole bucket' },
  },
  /** The bucket's region. */
  region: {
    type: 'text',
    schema: ({ region }) => region,
    label: 'Region',
    section: 'bucket',
    description: 'The bucket’s region, not the VPCs’.',
    whenMissing: 'Choose the region of the bucket',
    option: { value: 'region', help: "the bucket's region (not the VPCs')" },
  },
  /** Where S3 is, when it is not AWS's. */
  endpoint: {
    type: 'text',
    isOptional: true,
    schema: ({ z }) =>
      z
        .url({ protocol: /^https?$/, error: 'an endpoint looks like https://host:9000' })
        .max(256)
        .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'an endpoint has no credentials in it'),
    label: 'Endpoint',
    section: 'advanced',
    description: 'Only when the bucket is not on AWS, as with a store of your own.',
    saysWhere: true,
    placeholder: 'https://s3.example.com:9000',
    option: { value: 'url', help: 'where S3 is, when the bucket is not on AWS: https://host:9000' },
  },
  /** Bucket names in the path instead of the host name. */
  pathStyle: {
    type: 'boolean',
    default: false,
    label: 'Path style',
    section: 'advanced',
    description: 'The bucket’s name in the path of requests instead of the host name.',
    option: {
      help: "the bucket's name in the path of requests instead of the host name",
      helpToUnset: 'in the host name again',
    },
  },
  /** Whoever reads the bucket pays for requests and transfer, and says so with each request. */
  requesterPays: {
    type: 'boolean',
    default: false,
    label: 'Requester pays',
    section: 'advanced',
    description: 'Only when the bucket’s owner lets those who read it pay: AWS refuses other requests.',
    option: {
      help: 'pay for requests and transfer, as a requester-pays bucket wants',
      helpToUnset: "the bucket's owner pays again",
    },
  },
  /** Seconds between two listings of the bucket. */
  pollSeconds: {
    type: 'number',
    ...POLL_SECONDS,
    rule: 'seconds between two scans are',
    label: 'Look every',
    section: 'new-objects',
    description: `${POLL_SECONDS.min} to ${POLL_SECONDS.max} seconds.`,
    unit: 'seconds',
    isIgnoredByTest: true,
    option: {
      value: 'n',
      help: `how often the bucket is listed: every ${POLL_SECONDS.min} to ${POLL_SECONDS.max} seconds; usually ${POLL_SECONDS.default}`,
    },
  },
  /** How many objects of the source are read at the same time. */
  objectsInFlight: {
    type: 'number',
    ...OBJECTS_IN_FLIGHT,
    rule: 'objects in flight are',
    label: 'Objects in flight',
    section: 'advanced',
    description: `How many of its objects are read at a time, ${OBJECTS_IN_FLIGHT.min} to ${OBJECTS_IN_FLIGHT.max}. More help where the bucket is far away or its objects are small; memory stays bounded.`,
    isIgnoredByTest: true,
    option: {
      value: 'n',
      help: `how many of its objects are read at a time, ${OBJECTS_IN_FLIGHT.min} to ${OBJECTS_IN_FLIGHT.max}; usually ${OBJECTS_IN_FLIGHT.default}`,
    },
  },
  /** The SQS queue that S3 notifies of new objects; undefined when they are found by listing. */
  queueUrl: {
    type: 'text',
    isOptional: true,
    schema: ({ z }) =>
      z
        .string()
        .max(512)
        .regex(QUEUE_URL, {
          error: 'a queue URL looks like https://sqs.eu-west-1.amazonaws.com/123456789012/name',
          abort: true,
        })
        .refine((url) => Number(/:(\d+)\//.exec(url)?.[1] ?? 0) <= 65_535, {
          error: 'the port of a queue URL is at most 65535',
          abort: true,
        })
        .refine((url) => URL.canParse(url), 'the host of this queue URL is none'),
    label: 'Queue URL',
    section: 'new-objects',
    placeholder: 'https://sqs.eu-west-1.amazonaws.com/123456789012/name',
    option: {
      value: 'url',
      help: 'the SQS queue that S3 notifies of new objects; without one they are found by listing',
      isBeforeAccess: true,
    },
  },
  /** The collectors that talk to AWS for it, by name with commas between; several of one with a queue only. */
  collector: {
    type: 'text',
    default: PRIMARY_COLLECTOR,
    schema: ({ z }) =>
      z
        .string()
        .max(1000)
        .transform((names) => [...new Set(collectorsIn(names))].join(','))
        .refine((names) => names.split(',').every((name) => COLLECTOR_NAME.test(name)), {
          error: 'names of collectors look like west-1; several have commas between them',
        }),
    label: 'Collector',
    section: 'new-objects',
    description: 'What talks to AWS for it. With a queue, several may share the work.',
    choices: 'collectors',
    isIgnoredByTest: true,
    option: {
      value: 'names',
      help: `the collectors that work on it, several with commas between them only with a queue; usually ${PRIMARY_COLLECTOR}`,
    },
  },
} as const satisfies Readonly<Record<string, Field>>;

/**
 * One setting. Text with neither a default nor `isOptional` must be given. Every other setting can be added to a registry
 * that has sources already: they get the default, or none.
 */
export type Field = TextField | NumberField | BooleanField;

interface FieldBase {
  /** What the form calls it. */
  readonly label: string;
  /** The part of the form in which it stands; `advanced` is folded. Those of `bucket` come first in the API and the help, too. */
  readonly section: 'bucket' | 'new-objects' | 'advanced';
  /** What the form says below it. */
  readonly description?: string;
  /** True: changing it leaves what a Test or a Preview found as it is. */
  readonly isIgnoredByTest?: true;
  /** True: with another value the source reads elsewhere. Then it is disabled, since deletion was agreed to for the former place. */
  readonly saysWhere?: true;
  /** The option of `source add` and `source edit`, named after the field: `--poll-seconds` for `pollSeconds`. */
  readonly option?: FieldOption;
}

interface FieldOption {
  /** What stands for the value in the help: `<url>`. A boolean takes none. */
  readonly value?: string;
  readonly help: string;
  /** Of a boolean: the help of `--no-…`, which `source edit` takes: what holds again. */
  readonly helpToUnset?: string;
  /** True: listed in the help before the options for signing in, as what says where the bucket is. */
  readonly isBeforeAccess?: true;
}

interface TextField extends FieldBase {
  readonly type: 'text';
  /** What it must look like. A function, so that who needs the names alone does not load zod. */
  readonly schema: (schemas: Schemas) => z.ZodType<string>;
  readonly default?: string;
  /** True: it may be left out, and taken away again. */
  readonly isOptional?: true;
  readonly placeholder?: string;
  /** What it is chosen from in the form, by name; several with commas between. */
  readonly choices?: 'collectors';
  readonly maxLength?: number;
  /** What the form says as long as a required one is empty. */
  readonly whenMissing?: string;
}

/** A whole number within bounds. */
interface NumberField extends FieldBase {
  readonly type: 'number';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** How the sentence begins that refuses another: `… a whole number from 1 to 64`. */
  readonly rule: string;
  readonly unit?: string;
}

interface BooleanField extends FieldBase {
  readonly type: 'boolean';
  readonly default: boolean;
}

/** What schemas are built with. */
export interface Schemas {
  readonly z: typeof z;
  readonly nameByPeople: typeof nameByPeople;
  readonly region: typeof region;
}

export type Fields = Readonly<Record<string, Field>>;

type FieldValue<F> = F extends { type: 'number' } ? number : F extends { type: 'boolean' } ? boolean : string;
type OptionalName<T> = { [K in keyof T]: T[K] extends { isOptional: true } ? K : never }[keyof T];

/** The settings that a table describes, by name. */
export type FieldValues<T> = { readonly [K in Exclude<keyof T, OptionalName<T>>]: FieldValue<T[K]> } & {
  readonly [K in OptionalName<T>]?: FieldValue<T[K]>;
};

/** Each setting of a source by name. */
export type SourceFieldValues = FieldValues<typeof SOURCE_FIELDS>;
export type SourceFieldName = keyof typeof SOURCE_FIELDS;

/** Whether a setting must be given: it has no default and may not be left out. */
export function isRequired(field: Field): boolean {
  return field.type === 'text' && field.default === undefined && field.isOptional !== true;
}

/** The entries of a table, with their names. */
export function fieldEntries<T extends Fields>(fields: T): Array<[name: keyof T & string, field: Field]> {
  return Object.entries(fields);
}

/** Of an object that has more, the settings that a table describes, in its order. */
export function pickFields<T extends Fields, V extends Partial<FieldValues<T>>>(fields: T, values: V) {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, values[name as keyof V]])) as Pick<
    V,
    Extract<keyof T, keyof V>
  >;
}
