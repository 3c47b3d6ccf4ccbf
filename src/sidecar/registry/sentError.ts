import { RegistryError, type RegistryErrorCode } from './errors';

/** An error on its way to another thread: a copy by value would lose its class and what Node and SQLite add to it. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Further properties, such as SQLite's `errcode`. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What to send of whatever was thrown. */
export function toSentError(thrown: unknown): SentError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack } = error;
  const isPlain = ([, value]: [string, unknown]) => ['string', 'number', 'boolean'].includes(typeof value);
  const details = Object.entries(error).filter((entry) => entry[0] !== 'name' && isPlain(entry));
  return { name, message, stack, details: Object.fromEntries(details) };
}

/** The error with the name, the message and the stack that it had in its thread; a {@link RegistryError} is one again. */
export function fromSentError({ name, message, stack, details }: SentError): Error {
  const error =
    name === 'RegistryError'
      ? new RegistryError(message, details.code as RegistryErrorCode, details.field as string | undefined)
      : Object.assign(new Error(message), { name, ...details });
  error.stack = stack;
  return error;
}
