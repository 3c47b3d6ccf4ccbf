/**
 * What kind of trouble: nothing of that name · the name is in use · not possible as things are · changed meanwhile · bad input · not
 * this collector's.
 */
export type RegistryErrorCode = 'not-found' | 'taken' | 'conflict' | 'stale' | 'invalid' | 'forbidden';

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

/** A setting that cannot be as it was entered. The message begins with the setting: `externalId: an external id …`. */
export class SettingError extends RegistryError {
  /** `setting`: its name in the contract. `reason`: what is wrong and what to do. `field`: where a form shows it. */
  constructor(
    readonly setting: string,
    readonly reason: string,
    field: string
  ) {
    super(`${setting}: ${reason}`, 'invalid', field);
  }
}

/** The registry was closed before this could be done. */
export function closedError(): Error {
  return new Error('The registry was closed.');
}

/** Somebody was faster: the caller has to look at what is there now. */
export function staleError(what: string): RegistryError {
  return new RegistryError(
    `${what} was changed by somebody else meanwhile: reload it, and make your change again.`,
    'stale'
  );
}
