/** What was asked for cannot be generated or written: the message is for people. */
export class GenerateError extends Error {
  override readonly name = 'GenerateError';
}
