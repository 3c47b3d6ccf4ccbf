/** What kind of trouble: nothing of that name · the name is in use · not possible as things are · changed meanwhile · bad input. */
export type RegistryErrorCode = 'not-found' | 'taken' | 'conflict' | 'stale' | 'invalid';

/** Bad input or a conflict with what is there: the message is for people. `field`: the input that is wrong. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  constructor(
    message: string,
    readonly code: RegistryErrorCode = 'invalid',
    readonly field?: string
  ) {
    super(message);
  }
}

/** Somebody was faster: the caller has to look at what is there now. */
export function stale(what: string): RegistryError {
  return new RegistryError(
    `${what} was changed by somebody else meanwhile: reload it, and make your change again.`,
    'stale'
  );
}
