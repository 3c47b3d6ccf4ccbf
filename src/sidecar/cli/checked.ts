import type { z } from 'zod';
import { CommandFailed } from './failure';

/** What was typed, as the API's schema of it understands it. Throws {@link CommandFailed} with all that is wrong in it. */
export function checked<T extends z.ZodType>(schema: T, typed: unknown): z.output<T> {
  const { data, error } = schema.safeParse(typed);
  if (error) {
    throw new CommandFailed(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  return data as z.output<T>;
}

/** Ends the help of commands that edit. */
export const EDIT_HELP = "\nWhat is not named stays as it is; an empty value ('') takes away what may be missing.";

/** What may be taken away, by an empty option. */
const REMOVABLE = ['queueUrl', 'accessKeyId', 'roleArn', 'externalId', 'endpoint'];

/** What was typed, with undefined for what is to be taken away. An external id goes with its role. */
export function withoutRemoved<T extends { readonly roleArn?: string; readonly externalId?: string }>(typed: T): T {
  const kept = Object.entries(typed).map(([name, value]) => [
    name,
    value === '' && REMOVABLE.includes(name) ? undefined : (value as unknown),
  ]);
  return { ...(typed.roleArn === '' && { externalId: undefined }), ...(Object.fromEntries(kept) as T) };
}
