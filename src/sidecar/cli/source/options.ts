import { Option, type Command } from 'commander';
import { text } from 'node:stream/consumers';
import { OBJECTS_IN_FLIGHT, POLL_SECONDS } from '../../../contract/bounds';
import { splitBucket } from '../../../contract/splitBucket';
import { sourceSettings } from '../../registry/settings';
import type { SourceSettings, StoredSource } from '../../registry/sources';
import { secrets } from '../../service/awsAccess';
import { changeLines, checked, EDIT_HELP, withoutRemoved } from '../checked';
import { CommandFailed } from '../../util/commandError';

/** What was said about a source in options. */
export interface GivenSettings {
  readonly name?: string;
  readonly bucket?: string;
  readonly region?: string;
  readonly prefix?: string;
  readonly queueUrl?: string;
  readonly accessKeyId?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly endpoint?: string;
  readonly pathStyle?: boolean;
  readonly pollSeconds?: number;
  readonly objectsInFlight?: number;
}

interface Setting {
  readonly flags: string;
  readonly description: string;
  /** Without it nothing can be added. */
  readonly isRequired?: boolean;
  readonly parse?: (text: string) => number;
}

/** The options of adding and of editing. */
const SETTINGS: readonly Setting[] = [
  {
    flags: '--bucket <bucket>',
    description: 'the bucket that flow logs are delivered to; s3://bucket/prefix says its prefix too',
    isRequired: true,
  },
  { flags: '--region <region>', description: "the bucket's region (not the VPCs')", isRequired: true },
  { flags: '--prefix <prefix>', description: 'folder above AWSLogs/; without one the whole bucket' },
  {
    flags: '--queue-url <url>',
    description: 'the SQS queue that S3 notifies of new objects; without one they are found by listing',
  },
  {
    flags: '--access-key-id <id>',
    description: 'sign in with this key; its secret comes from FLOWSCOPE_SECRET_ACCESS_KEY or standard input',
  },
  { flags: '--role-arn <arn>', description: 'a role to take on' },
  { flags: '--external-id <id>', description: 'the external id its trust policy asks for' },
  { flags: '--endpoint <url>', description: 'where S3 is, when the bucket is not on AWS: https://host:9000' },
  { flags: '--path-style', description: "the bucket's name in the path of requests instead of the host name" },
  {
    flags: '--poll-seconds <n>',
    description: `how often the bucket is listed: every ${POLL_SECONDS.min} to ${POLL_SECONDS.max} seconds; usually ${POLL_SECONDS.usual}`,
    parse: Number,
  },
  {
    flags: '--objects-in-flight <n>',
    description: `how many of its objects are read at a time, ${OBJECTS_IN_FLIGHT.min} to ${OBJECTS_IN_FLIGHT.max}; usually ${OBJECTS_IN_FLIGHT.usual}`,
    parse: Number,
  },
];

/** The options that say something about a source, for a command that adds or edits one. */
export function settingOptions(command: Command, verb: 'add' | 'edit'): Command {
  for (const { flags, description, isRequired, parse } of SETTINGS) {
    const option = new Option(flags, description).makeOptionMandatory(verb === 'add' && isRequired === true);
    command.addOption(parse ? option.argParser(parse) : option);
  }
  if (verb === 'edit') {
    command.option('--no-path-style', 'in the host name again').option('--name <name>', 'another name for it');
    command.addHelpText('after', EDIT_HELP);
  }
  return command;
}

/**
 * What was said about a source, checked as the API does; of a `known` one all that was not named stays. Throws
 * {@link CommandFailed}.
 */
export async function readSettings(given: GivenSettings, known?: StoredSource): Promise<SourceSettings> {
  // Loaded only here: the other commands check nothing.
  const { sourceInput } = await import('../../../contract/sources');
  const typed = { ...given, ...placeOf(given) };
  const secretAccessKey = given.accessKeyId ? await readSecret() : undefined;
  const all = known ? { ...typedOf(known), ...withoutRemoved(typed) } : typed;
  return checked(sourceInput, { ...all, secretAccessKey }, (input) => sourceSettings(input, secrets(), known?.access));
}

/** What an edit of a source changed, a line each. */
export function sourceChanges(before: StoredSource, after: StoredSource): string[] {
  const [former, latter] = [before.access.sealedSecret, after.access.sealedSecret];
  const isReplaced = former !== undefined && latter !== undefined && former !== latter;
  return [...changeLines(typedOf(before), typedOf(after)), ...(isReplaced ? ['the secret access key: replaced'] : [])];
}

/** Bucket and prefix out of an address, as the page splits it; nothing when it is a bucket's name. */
function placeOf({ bucket, prefix }: GivenSettings): Pick<GivenSettings, 'bucket' | 'prefix'> {
  const place = bucket === undefined ? undefined : splitBucket(bucket);
  if (place && place.prefix !== '' && prefix !== undefined) {
    throw new CommandFailed(`--bucket ${bucket} has a prefix in it, and --prefix is another: give one of them.`);
  }
  return place ? { bucket: place.bucket, prefix: prefix ?? place.prefix } : {};
}

/** What somebody would type to get this source. */
function typedOf({ access, ...source }: StoredSource): GivenSettings {
  const { name, bucket, region, prefix, queueUrl, endpoint, pathStyle, pollSeconds, objectsInFlight } = source;
  const { accessKeyId, roleArn, externalId } = access;
  return {
    ...{ name, bucket, region, prefix, queueUrl, endpoint, pathStyle, pollSeconds, objectsInFlight },
    ...{ accessKeyId, roleArn, externalId },
  };
}

/** The secret of an access key: never from the command line, where every process of the machine sees it. */
async function readSecret(): Promise<string> {
  const given = process.env.FLOWSCOPE_SECRET_ACCESS_KEY;
  if (given !== undefined) {
    return given;
  }
  if (process.stdin.isTTY) {
    throw new CommandFailed(
      'Where is the secret access key? Set FLOWSCOPE_SECRET_ACCESS_KEY, or pipe it in: … < secret-file'
    );
  }
  return (await text(process.stdin)).trim();
}
