import { diskAdvice } from './diskErrors';

/** A command that could not do what it was asked: the message says what, where and what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** An error in one line for people; FLOWSCOPE_DEBUG=1 adds where it came from, for a bug report. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const advice = diskAdvice(error);
  const message = advice === undefined ? error.message : `${error.message}: ${advice}.`;
  return process.env.FLOWSCOPE_DEBUG && error.stack ? `${message}\n${error.stack}` : message;
}
