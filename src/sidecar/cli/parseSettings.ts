import type { z } from 'zod';
import { SOURCE_FIELDS, type Field, type Fields } from '../../contract/sourceFields';
import { listDifferences } from '../registry/audit';
import { SettingError } from '../registry/errors';
import { CommandFailed } from '../util/commandError';

/** Settings that do not come from an option named after them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  name: 'the name',
  cidr: 'the network',
  secretAccessKey: 'FLOWSCOPE_SECRET_ACCESS_KEY or standard input',
  password: 'FLOWSCOPE_INFLUX_READ_PASSWORD or standard input',
};

/** The option that sets a field of the contract: `--poll-seconds` for `pollSeconds`. */
export const flagOf = (field: string) => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** What a message calls a setting: by where people enter it. */
const typedAs = (field: string) => ELSEWHERE[field] ?? flagOf(field);

/**
 * Parses settings that were entered as options, with the schema of the API. `settingsOf` makes the result of what the schema
 * returns, and may throw {@link SettingError}. Throws {@link CommandFailed}, which lists everything that is wrong by option.
 */
export function parseSettings<T extends z.ZodType, S>(
  schema: T,
  typed: unknown,
  settingsOf: (input: z.output<T>) => S
): S {
  const { data, error } = schema.safeParse(typed);
  if (error) {
    throw new CommandFailed(error.issues.map((issue) => problemOf(issue, typed)).join('; '));
  }
  try {
    return settingsOf(data as z.output<T>);
  } catch (failure) {
    throw failure instanceof SettingError
      ? new CommandFailed(`${typedAs(failure.setting)}: ${failure.reason}`)
      : failure;
  }
}

/** A problem by its option; of a list the item is quoted, since one option holds the whole list. */
function problemOf({ path, message }: z.core.$ZodIssue, typed: unknown): string {
  const item = path.reduce((value, key) => (value as Record<PropertyKey, unknown>)[key], typed);
  return `${typedAs(String(path[0]))}${path.length > 1 ? ` ${JSON.stringify(item)}` : ''}: ${message}`;
}

/** Ends the help of commands that edit. */
export const EDIT_HELP = "\nWhat is not named stays as it is; an empty value ('') takes away what may be missing.";

/** Whether an empty option takes the setting away. */
function isRemovable(name: string): boolean {
  const field: Field | undefined = (SOURCE_FIELDS as Fields)[name];
  return (
    ['accessKeyId', 'roleArn', 'externalId'].includes(name) || (field?.type === 'text' && field.isOptional === true)
  );
}

/** The entered settings, with undefined for those that an empty option removes. Removing a role removes its external id. */
export function withoutRemoved<T extends { readonly roleArn?: string; readonly externalId?: string }>(typed: T): T {
  const kept = Object.entries(typed).map(([name, value]) => [
    name,
    value === '' && isRemovable(name) ? undefined : (value as unknown),
  ]);
  return { ...(typed.roleArn === '' && { externalId: undefined }), ...(Object.fromEntries(kept) as T) };
}

/** What an edit changed, one line each: `--prefix: none → lab/`. */
export function changeLines(before: object, after: object): string[] {
  const pairs = Object.entries(listDifferences({ ...before }, { ...after }));
  return pairs.map(([field, pair]) => `${typedAs(field)}: ${shown(pair.before)} → ${shown(pair.after)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  return value === null || value === '' ? 'none' : String(value);
}
