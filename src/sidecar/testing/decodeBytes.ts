import { CorruptObject } from '../collect/decode/corruptObject';
import { decodeObject, type Decoded } from '../collect/decode/decodeObject';
import type { ExporterDecision, RollupTerms } from '../rollup/terms';
import { inChunks } from './collector';
import { linesOf, TERMS } from './reference/rollUp';

/** What became of an object's bytes: `corrupt` is the slug of why they are no whole object. */
export type DecodedBytes = Partial<
  Pick<Decoded, 'refusal'> & Omit<Extract<Decoded, { summary: unknown }>, 'refusal'>
> & {
  readonly corrupt?: string;
  /** Line protocol that may be written, each line after its policy: none unless the object is proven whole and counted. */
  readonly lines: string[];
};

/** Whether an object stays whole for its records: found out only when they were rolled up, and thrown away with that. */
export function isKeptWhole(reason: string | undefined): boolean {
  return reason !== undefined && ['expired', 'unreadable', 'second-layout'].includes(reason);
}

/**
 * Takes an object's bytes the way they go in production, from gzip or Parquet to line protocol.
 * Throws whatever is thrown other than {@link CorruptObject}, which is the only declared failure.
 */
export async function decodeBytes(
  body: Buffer,
  terms: RollupTerms = TERMS,
  decisions: Readonly<Record<string, ExporterDecision>> = {}
): Promise<DecodedBytes> {
  const lines: string[] = [];
  try {
    const offsets = Array.from({ length: 1000 }, (_, part) => part + 1);
    const decoded = await decodeObject(inChunks(body, 64 * 1024), { terms, decisions, offsets }, (policy, block) =>
      lines.push(...linesOf(block).map((line) => `${policy} ${line}`))
    );
    return { ...decoded, lines: isKeptWhole(decoded.refusal?.reason) ? [] : lines };
  } catch (error) {
    if (error instanceof CorruptObject) {
      return { corrupt: error.reason, lines: isKeptWhole(error.reason) ? [] : lines };
    }
    throw error;
  }
}
