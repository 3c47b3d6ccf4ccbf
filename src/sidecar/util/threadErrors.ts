/**
 * An error on its way from one thread to another. A structured clone alone would lose the name of every class of our own and
 * all properties but message, stack and cause.
 */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Further properties, such as a system call's `code` and SQLite's `errcode`. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly cause?: ErrorData;
}

/** What another thread is to know of an error, or of whatever else was thrown. */
export function toErrorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), details: {} };
  }
  const { name, message, stack, cause } = error;
  const isPlain = ([, value]: [string, unknown]) => ['string', 'number', 'boolean'].includes(typeof value);
  const details = Object.entries(error).filter((entry) => entry[0] !== 'name' && isPlain(entry));
  return {
    ...{ name, message, stack, details: Object.fromEntries(details) },
    cause: cause === undefined ? undefined : toErrorData(cause),
  };
}

/**
 * The error again, with the name, stack, cause and further properties it had in its thread; `error`: one of its class, where
 * the caller has it.
 */
export function fromErrorData({ name, message, stack, details, cause }: ErrorData, error = new Error(message)): Error {
  // As constructors set them: not enumerable.
  const define = (property: string, value: unknown) =>
    Object.defineProperty(error, property, { value, writable: true, configurable: true, enumerable: false });
  if (error.name !== name) {
    define('name', name);
  }
  define('stack', stack ?? `${name}: ${message}`);
  if (cause) {
    define('cause', fromErrorData(cause));
  }
  return Object.assign(error, details);
}
