import { CorruptObject } from '../collect/decode/corruptObject';
import type { Decoded } from '../collect/decode/decodeObject';
import type { ExporterDecision, RollupTerms } from '../rollup/terms';
import { inChunks } from './collector';
import { inlineDecoder } from './inlineDecoder';
import { linesOf, TERMS } from './reference/rollUp';

/** The result of decoding an object's bytes. `corrupt`: why they are no complete object. */
export type DecodedBytes = Partial<
  Pick<Decoded, 'refusal'> & Omit<Extract<Decoded, { summary: unknown }>, 'refusal'>
> & {
  readonly corrupt?: string;
  /** Line protocol that may be written, each line after its policy. Empty if the object is not complete or not collected. */
  readonly lines: string[];
};

/** Whether an object is kept as a whole because of its records. This is known only after the rollup, which is then discarded. */
export function isKeptWhole(reason: string | undefined): boolean {
  return reason !== undefined && ['expired', 'unreadable', 'second-layout'].includes(reason);
}

/**
 * Decodes and rolls up an object's bytes as in production, from gzip or Parquet to line protocol.
 * Throws any error except {@link CorruptObject}, the only expected one.
 */
export async function decodeBytes(
  body: Buffer,
  terms: RollupTerms = TERMS,
  decisions: Readonly<Record<string, ExporterDecision>> = {}
): Promise<DecodedBytes> {
  const lines: string[] = [];
  try {
    const offsets = Array.from({ length: 1000 }, (_, part) => part + 1);
    const decoded = await inlineDecoder.decode(
      inChunks(body, 64 * 1024),
      { terms, decisions, offsets, owners: undefined },
      (policy, block) => lines.push(...linesOf(block).map((line) => `${policy} ${line}`))
    );
    return { ...decoded, lines: isKeptWhole(decoded.refusal?.reason) ? [] : lines };
  } catch (error) {
    if (error instanceof CorruptObject) {
      return { corrupt: error.reason, lines: isKeptWhole(error.reason) ? [] : lines };
    }
    throw error;
  }
}
