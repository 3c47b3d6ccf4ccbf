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
