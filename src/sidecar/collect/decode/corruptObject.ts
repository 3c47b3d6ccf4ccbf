import type { NotCollectable } from '../../records/header';
import { fromErrorData, toErrorData, type ErrorData } from '../../util/threadErrors';

/** Why an object is no proper flow-log object; a slug to count by. */
export type CorruptReason =
  | 'empty'
  | 'not-gzip'
  | 'corrupt-gzip'
  | 'corrupt-parquet'
  | 'too-many-parts'
  | 'too-many-interfaces'
  | 'second-layout'
  | 'unreadable';

/** An object that cannot be counted whole: quarantined, left in place, never deleted. The message is for people. */
export class CorruptObject extends Error {
  override readonly name = 'CorruptObject';
  constructor(
    readonly reason: CorruptReason,
    message: string,
    options?: ErrorOptions & { readonly readable?: number }
  ) {
    super(message, options);
    this.readable = options?.readable;
  }

  /** Of an object that is `unreadable`: how many of its records could be counted. */
  readonly readable?: number;
}

/** {@link CorruptObject} on its way from one thread to another. */
export interface CorruptMessage {
  readonly type: 'corrupt';
  readonly reason: CorruptReason;
  readonly readable?: number;
  readonly error: ErrorData;
}

export function toCorruptMessage(error: CorruptObject): CorruptMessage {
  const { reason, readable } = error;
  return { type: 'corrupt', reason, readable, error: toErrorData(error) };
}

/** The error again, as it was thrown in the other thread. */
export function fromCorruptMessage({ reason, readable, error }: CorruptMessage): CorruptObject {
  const corrupt = new CorruptObject(reason, error.message, { readable });
  fromErrorData(error, corrupt);
  return corrupt;
}

/** An object that is what S3 was given and cannot be collected: left in place for that reason. */
export class LeftInPlace extends Error {
  override readonly name = 'LeftInPlace';
  constructor(
    readonly refusal: NotCollectable,
    options?: ErrorOptions
  ) {
    super(refusal.message, options);
  }
}
