import { CorruptObject, decodeObject, type Decoded } from '../collect/decodeObject';
import type { ExporterDecision, RollupTerms } from '../rollup/terms';
import { TERMS } from './rollUp';

/** What became of an object's bytes: `corrupt` is the slug of why they are no whole object. */
export type DecodedBytes = Partial<Pick<Decoded, 'refusal' | 'header'>> & {
  readonly summary?: Extract<Decoded, { summary: unknown }>['summary'];
  readonly corrupt?: string;
  /** Line protocol, each line after its policy. */
  readonly lines: string[];
};

/**
 * Takes an object's bytes the way they go in production, from gzip or Parquet to line protocol.
 * Throws whatever is thrown other than {@link CorruptObject}, which is the only declared failure.
 */
export async function decodeBytes(
  body: Buffer,
  terms: RollupTerms = TERMS,
  decide: (exporter: string) => ExporterDecision = () => 'count'
): Promise<DecodedBytes> {
  const lines: string[] = [];
  try {
    const decoded = await decodeObject(body, terms, {
      decide: ({ id }) => decide(id),
      offset: (part) => part + 1,
      lines: (policy, more) => lines.push(...more.map((line) => `${policy} ${line}`)),
    });
    return { ...decoded, lines };
  } catch (error) {
    if (error instanceof CorruptObject) {
      return { corrupt: error.reason, lines };
    }
    throw error;
  }
}
