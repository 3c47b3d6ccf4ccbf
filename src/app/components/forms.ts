import { zodResolver } from '@hookform/resolvers/zod';
import type { FieldErrors, FieldPath, FieldValues, Resolver, UseFormSetError } from 'react-hook-form';
import { z } from 'zod';

import type { SidecarFailure } from '../api/failure';

/** Messages by field. */
type Messages<V extends FieldValues> = Partial<Record<FieldPath<V>, string>>;

/**
 * A resolver that checks a form against the contract: `toInput` turns its values into the body of the request, and `schema`
 * checks that. `missing` says what must still be entered, which a schema of the body cannot; its messages take precedence.
 */
export function contractResolver<V extends FieldValues>(
  schema: z.ZodType,
  toInput: (values: V) => unknown,
  missing: (values: V) => Messages<V>
): Resolver<V> {
  const check = zodResolver(z.preprocess((values) => toInput(values as V), schema) as z.ZodType<V, V>);
  return async (values, context, options) => {
    const { errors } = await check(values, context, options);
    const said = Object.entries(errors as FieldErrors).map(([name, error]) => [
      name,
      error && 'message' in error ? { ...error, message: sentence(String(error.message)) } : error,
    ]);
    const lacking = Object.entries<string | undefined>(missing(values)).map(([name, message]) => [
      name,
      { type: 'missing', message },
    ]);
    const all = Object.fromEntries([...said, ...lacking]) as FieldErrors<V>;
    return Object.keys(all).length > 0 ? { values: {}, errors: all } : { values, errors: {} };
  };
}

/** Shows an error of the sidecar at the field that it is about. Returns whether the form has that field. */
export function refuseField<V extends FieldValues>(
  { field, reason }: Pick<SidecarFailure, 'field' | 'reason'>,
  setError: UseFormSetError<V>,
  fields: ReadonlyArray<FieldPath<V>>
): boolean {
  const name = fields.find((one) => one === field);
  if (!name) {
    return false;
  }
  setError(name, { type: 'refused', message: sentence(reason) }, { shouldFocus: true });
  return true;
}

/** Capitalizes a message: the contract's messages follow a colon, but stand alone at a field. */
export function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
