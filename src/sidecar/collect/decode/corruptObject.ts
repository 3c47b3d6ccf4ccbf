/** Why an object is no proper flow-log object; a slug to count by. */
export type CorruptReason =
  'empty' | 'not-gzip' | 'corrupt-gzip' | 'corrupt-parquet' | 'too-many-parts' | 'too-many-interfaces';

/** An object that is not what S3 was given: quarantined, left in place, never deleted. The message is for people. */
export class CorruptObject extends Error {
  override readonly name = 'CorruptObject';
  constructor(
    readonly reason: CorruptReason,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
  }
}
