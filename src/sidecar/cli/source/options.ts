import { Option, type Command } from 'commander';
import { text } from 'node:stream/consumers';
import {
  fieldEntries,
  isRequired,
  pickFields,
  SOURCE_FIELDS,
  type SourceFieldValues,
} from '../../../contract/sourceFields';
import { splitBucket } from '../../../contract/splitBucket';
import { sourceSettings } from '../../registry/enteredSettings';
import type { SourceSettings, StoredSource } from '../../registry/sources';
import { secrets } from '../../service/awsAccess';
import { changeLines, EDIT_HELP, flagOf, parseSettings, withoutRemoved } from '../parseSettings';
import { CommandFailed } from '../../util/commandError';

type AccessOptions = Readonly<Partial<Record<'accessKeyId' | 'roleArn' | 'externalId', string>>>;

/** The settings of a source that were given as options. */
export type GivenSettings = Partial<SourceFieldValues> & AccessOptions;

/** How it signs in; the secret comes another way. */
const ACCESS_OPTIONS: ReadonlyArray<readonly [flags: string, description: string]> = [
  [
    '--access-key-id <id>',
    'sign in with this key; its secret comes from FLOWSCOPE_SECRET_ACCESS_KEY or standard input',
  ],
  ['--role-arn <arn>', 'a role to take on'],
  ['--external-id <id>', 'the external id its trust policy asks for'],
];

type FieldEntry = ReturnType<typeof fieldEntries>[number];

/** The settings in the order of the help: what must be given, where the bucket is, then the rest. */
function inHelpOrder(): { readonly beforeAccess: FieldEntry[]; readonly afterAccess: FieldEntry[] } {
  const rank = ([, field]: FieldEntry) =>
    isRequired(field) ? 0 : field.section === 'bucket' ? 1 : field.option?.isBeforeAccess ? 2 : 3;
  const entries = fieldEntries(SOURCE_FIELDS).sort((a, b) => rank(a) - rank(b));
  const isBefore = (entry: FieldEntry) => rank(entry) < 3;
  return { beforeAccess: entries.filter(isBefore), afterAccess: entries.filter((entry) => !isBefore(entry)) };
}

/** The options that set something of a source, for a command that adds or edits one. */
export function settingOptions(command: Command, verb: 'add' | 'edit'): Command {
  const addOptions = (entries: readonly FieldEntry[]) => {
    for (const [name, field] of entries) {
      if (field.option) {
        const { value, help } = field.option;
        const option = new Option(value ? `${flagOf(name)} <${value}>` : flagOf(name), help);
        option.makeOptionMandatory(verb === 'add' && isRequired(field));
        command.addOption(field.type === 'number' ? option.argParser(Number) : option);
      }
    }
  };
  const { beforeAccess, afterAccess } = inHelpOrder();
  addOptions(beforeAccess);
  ACCESS_OPTIONS.forEach(([flags, description]) => command.option(flags, description));
  addOptions(afterAccess);
  if (verb === 'edit') {
    for (const [name, { option }] of fieldEntries(SOURCE_FIELDS)) {
      if (option?.helpToUnset) {
        command.option(`--no-${flagOf(name).slice('--'.length)}`, option.helpToUnset);
      }
    }
    command.option('--name <name>', 'another name for it').addHelpText('after', EDIT_HELP);
  }
  return command;
}

/**
 * The settings of a source out of its options, checked as the API does. `known`: the source that is edited, whose other settings
 * stay. Throws {@link CommandFailed}.
 */
export async function readSettings(given: GivenSettings, known?: StoredSource): Promise<SourceSettings> {
  // Loaded only here, since zod is slow to load and the other commands do without.
  const { sourceInput } = await import('../../../contract/sources');
  const typed = { ...given, ...placeOf(given) };
  const secretAccessKey = given.accessKeyId ? await readSecret() : undefined;
  const all = known ? { ...typedOf(known), ...withoutRemoved(typed) } : typed;
  return parseSettings(sourceInput, { ...all, secretAccessKey }, (input) =>
    sourceSettings(input, secrets(), known?.access)
  );
}

/** What an edit of a source changed, one line each. */
export function sourceChanges(before: StoredSource, after: StoredSource): string[] {
  const [former, latter] = [before.access.sealedSecret, after.access.sealedSecret];
  const isReplaced = former !== undefined && latter !== undefined && former !== latter;
  return [...changeLines(typedOf(before), typedOf(after)), ...(isReplaced ? ['the secret access key: replaced'] : [])];
}

/** Bucket and prefix of an address such as s3://bucket/prefix; nothing when it is a bucket's name. */
function placeOf({ bucket, prefix }: GivenSettings): Pick<GivenSettings, 'bucket' | 'prefix'> {
  const place = bucket === undefined ? undefined : splitBucket(bucket);
  if (place && place.prefix !== '' && prefix !== undefined) {
    throw new CommandFailed(`--bucket ${bucket} has a prefix in it, and --prefix is another: give one of them.`);
  }
  return place ? { bucket: place.bucket, prefix: prefix ?? place.prefix } : {};
}

/** The options that would make this source. */
function typedOf({ access, ...source }: StoredSource): GivenSettings {
  const { beforeAccess, afterAccess } = inHelpOrder();
  const { accessKeyId, roleArn, externalId } = access;
  return {
    ...pickFields(Object.fromEntries([...beforeAccess, ...afterAccess]) as typeof SOURCE_FIELDS, source),
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
