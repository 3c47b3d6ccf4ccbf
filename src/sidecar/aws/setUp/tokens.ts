/**
 * What stands in policies for values that are known only where a template or script runs: each form of a set-up puts its own
 * expression there. The marks occur in no bucket, prefix or ARN.
 */
const MARK = '\u0001';
const TOKEN = new RegExp(`${MARK}(\\w+)${MARK}`, 'g');

const TOKEN_NAMES = ['partition', 'account', 'bucket', 'queue', 'organization'] as const;
export type TokenName = (typeof TOKEN_NAMES)[number];
/** What to write for each. */
export type Tokens = Readonly<Record<TokenName, string>>;

/** Each token as it stands in a text. `queue` is the ARN of the queue. */
export const TOKENS = Object.fromEntries(TOKEN_NAMES.map((name) => [name, `${MARK}${name}${MARK}`])) as Tokens;

/** Whether a text has tokens in it. */
export function hasTokens(text: string): boolean {
  return text.includes(MARK);
}

/** A text with these values in place of its tokens. */
export function replaceTokens(text: string, values: Tokens): string {
  return text.replace(TOKEN, (_, name: TokenName) => values[name]);
}

/** The text of a value as JSON, with marks that {@link replaceTokens} knows: JSON would escape them. */
export function tokensInJson(value: unknown, space?: number): string {
  return JSON.stringify(value, undefined, space).replaceAll('\\u0001', MARK);
}
